"""The newer way: comfy_entrypoint and schemas."""
from comfy_api.latest import ComfyExtension, InputImpl, Types, io, ui


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


class Grows(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="NewerGrows", category="test", inputs=[
                io.DynamicCombo.Input("mode", options=[io.DynamicCombo.Option("one", [io.Int.Input("a", default=1)]), io.DynamicCombo.Option("none", [])]),
                io.Autogrow.Input("items", template=io.Autogrow.TemplatePrefix(io.Float.Input("item"), prefix="item", min=1, max=4)),
                io.MatchType.Input("same", template=io.MatchType.Template("T")), io.Int.Input("last", default=3, optional=True)],
            outputs=[], is_output_node=True)

    @classmethod
    def execute(cls, mode, same, items=None, last=3):
        return io.NodeOutput(ui=ui.PreviewText(f"{mode} {items} {same}"))


class Rewinds(io.ComfyNode):
    """A film backwards, half as fast, its sound once more as loud."""

    @classmethod
    def define_schema(cls):
        return io.Schema(node_id="NewerRewinds", category="test", inputs=[io.Video.Input("video")], outputs=[io.Video.Output()])

    @classmethod
    def execute(cls, video):
        width, height = video.get_dimensions()
        if (width, height) != (16, 8):
            raise ValueError(f"it is {width} by {height}")
        parts = video.get_components()
        images = parts.images.flip(0) if hasattr(parts.images, "flip") else parts.images[::-1]
        sound = parts.audio and {**parts.audio, "waveform": parts.audio["waveform"] * 2}
        return io.NodeOutput(InputImpl.VideoFromComponents(Types.VideoComponents(images=images, frame_rate=parts.frame_rate / 2, audio=sound)))


class Borrows(io.ComfyNode):
    """What ComfyUI has by that name, as it is found in nodes.NODE_CLASS_MAPPINGS."""

    @classmethod
    def define_schema(cls):
        return io.Schema(node_id="NewerBorrows", category="test", inputs=[io.String.Input("name")], outputs=[], is_output_node=True)

    @classmethod
    def execute(cls, name):
        import nodes
        found = nodes.NODE_CLASS_MAPPINGS[name]
        return io.NodeOutput(ui=ui.PreviewText(f"{found.__name__} {'NewerTwice' in nodes.NODE_CLASS_MAPPINGS} {'Nobody' in nodes.NODE_CLASS_MAPPINGS} {found().FUNCTION}"))


class Wide(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="NewerWide", category="test", is_output_node=True, inputs=[
                io.MultiCombo.Input("some", options=["a", "b"], default=["a"], chip=True), io.Color.Input("color", default="#fff", optional=True),
                io.AudioEncoder.Input("encoder", optional=True), io.MultiType.Input(io.Float.Input("number", default=1.5, optional=True), types=[io.Int])],
            outputs=[io.Int.Output("count"), io.Audio.Output()])

    @classmethod
    def execute(cls, some, number=1.5, color=None, encoder=None):
        import numpy
        sound = {"waveform": numpy.zeros((1, 2, 100), dtype=numpy.float32), "sample_rate": 8000}
        return io.NodeOutput(len(some), sound, ui={**ui.PreviewAudio(sound, cls=cls).as_dict(), "text": [f"{some} {number}"]})


@io.comfytype(io_type="NEWER_TAKE")
class Take(io.ComfyTypeIO):
    Type = dict


class Records(io.ComfyNode):
    """A sound of its own type, saved in every form."""

    @classmethod
    def define_schema(cls):
        return io.Schema(node_id="NewerRecords", category="test", inputs=[Take.Input("take", optional=True), io.Audio.Input("audio")],
                         outputs=[Take.Output(), io.File3DGLB.Output()], is_output_node=True)

    @classmethod
    def execute(cls, audio, take=None):
        saved = [file for form in ("flac", "mp3", "opus") for file in ui.AudioSaveHelper.save_audio(audio, "recorded", io.FolderType.output, cls, form)]
        return io.NodeOutput({"audio": audio}, None, ui=ui.SavedAudios(saved))


class Extension(ComfyExtension):
    async def get_node_list(self):
        return [Twice, Grows, Rewinds, Borrows, Wide, Records]


async def comfy_entrypoint():
    return Extension()
