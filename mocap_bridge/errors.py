"""Every error this package raises on purpose; all of them end a command with exit code 2.

MocapError
|-- SettingsError   a settings file or flag is wrong
|-- SourceError     a camera, video or folder cannot be read
|-- ModelError      a model file is missing, damaged or of the wrong shape
|-- OutputError     an output address is wrong or taken
|-- TakeError       a take file is not one, or is damaged
|-- AvatarError     a .vrm or glTF file is damaged, or holds no humanoid
`-- MotionError     a BVH or glTF motion is damaged, or nobody's who stands
"""


class MocapError(Exception):
    """Base of all errors of this package. The message says what was wrong and what would be right."""


class SettingsError(MocapError):
    """A settings file or a flag is wrong."""


class SourceError(MocapError):
    """A camera, video, stream or folder of images cannot be read."""


class ModelError(MocapError):
    """A model file is missing, damaged, or not of the shape its card promises."""


class OutputError(MocapError):
    """An output address is wrong, unknown or already in use."""


class TakeError(MocapError):
    """A file is not a take, or is damaged before its first frame."""


class AvatarError(MocapError):
    """A .vrm or glTF file is damaged, or holds no humanoid."""


class MotionError(MocapError):
    """A file of recorded motion (BVH, VRMA, glTF) is damaged, or holds no human that could be followed."""
