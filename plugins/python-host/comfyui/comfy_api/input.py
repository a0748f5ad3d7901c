from miktos_host.films import VideoInput  # noqa: F401
