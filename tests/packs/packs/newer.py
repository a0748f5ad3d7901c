"""The newer way: comfy_entrypoint and schemas."""
from comfy_api.latest import ComfyExtension, io, ui


class Twice(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="NewerTwice", display_name="Twice", category="test", inputs=[
                io.Float.Input("value", default=1.0, min=0.0, max=100.0, step=0.5, tooltip="What is doubled."),
                io.Combo.Input("mode", options=["plain", "loud"], default="plain"),
                io.Image.Input("image", optional=True)],
            outputs=[io.Float.Output(display_name="twice")], hidden=[io.Hidden.unique_id], is_output_node=True)

    @classmethod
    def validate_inputs(cls, value):
        return True if value < 50 else "fifty is enough"

    @classmethod
    def execute(cls, value, mode, image=None):
        cls.remembered = getattr(cls, "remembered", 0) + 1
        return io.NodeOutput(value * 2, ui=ui.PreviewText(f"{value * 2} {mode} {cls.hidden.unique_id} {cls.remembered}"))


class Extension(ComfyExtension):
    async def get_node_list(self):
        return [Twice]


async def comfy_entrypoint():
    return Extension()
