from miktos_host.films import VideoCodec, VideoComponents, VideoContainer  # noqa: F401
