"""Files of models by the names that the engine's loaders know them by."""
import os


def name_of(path, *kinds):
    """Relative to the folder of its kind, as lists of files show it."""
    import folder_paths
    full = os.path.abspath(path)
    for kind in kinds:
        for folder in folder_paths.get_folder_paths(kind):
            if full.startswith(os.path.abspath(folder) + os.sep):
                return os.path.relpath(full, folder)
    raise FileNotFoundError(f"{path} lies in none of the folders for {' and '.join(kinds)}, from which the engine loads models")


class Weights(dict):
    """The tensors of a file, which remember the file: what the engine is to use of them it reads itself."""

    path = None
