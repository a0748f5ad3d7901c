from miktos_host.films import VideoFromComponents, VideoFromFile  # noqa: F401
