"""Another pack, through which values of the first one go."""


class Switch:
    CATEGORY, FUNCTION, RETURN_TYPES = "test", "go", ("*",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}, "optional": {"any_1": ("*",), "any_2": ("*",)}}

    @classmethod
    def VALIDATE_INPUTS(cls, input_types):
        return True

    def go(self, any_1=None, any_2=None):
        return (any_1 if any_1 is not None else any_2,)


class Holds:
    """What only this pack knows."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "go", ("SECRET",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    def go(self):
        return ({"secret": {1, 2, 3}},)


class Tells:
    CATEGORY, FUNCTION, RETURN_TYPES = "test", "go", ("STRING",)

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"secret": ("SECRET",)}}

    def go(self, secret):
        return (repr(sorted(secret["secret"])),)


NODE_CLASS_MAPPINGS = {"PassingSwitch": Switch, "PassingHolds": Holds, "PassingTells": Tells}
