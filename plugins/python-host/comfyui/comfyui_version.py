__version__ = "0.3.64"  # whose ways these modules have
