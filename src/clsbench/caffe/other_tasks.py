"""Layer types that are known but unsupported, and why: they belong to networks for tasks other than classification.

The names are those of the forks' caffe.proto: SSD, py-faster-rcnn, R-FCN, MobileNet-YOLO and Caffe-YOLOv3, NVIDIA's
DetectNet, SegNet, DeepLab, PSPNet, FlowNet2, Intel Caffe, Synopsys Caffe and BVLC itself.
"""

from collections.abc import Mapping

_DETECTOR = "a detector's layer"
_SEGMENTATION = "a layer of segmentation networks"
_FLOW = "a layer of optical-flow networks"
_SEQUENCE = "a layer of sequence networks"

_TYPES: Mapping[str, tuple[str, ...]] = {
    _DETECTOR: (
        *("AnnotatedData", "BoxAnnotatorOHEM", "BoxGroupOutput", "BoxOutput", "DecodeBBox", "DetectNetTransformation"),
        *(
            "DetectionEvaluate",
            "DetectionOutput",
            "EvalDetection",
            "FrcnnProposal",
            "MaskRCNNDetection",
            "MultiBoxLoss",
        ),
        *("NMS", "NormalizeBBox", "PSROIAlign", "PSROIPooling", "PriorBox", "Proposal", "PyramidROIAlign", "ROIAlign"),
        *(
            "ROIPooling",
            "Region",
            "RegionLoss",
            "Reorg",
            "SSDDecoder",
            "SmoothL1Loss",
            "SmoothL1LossOHEM",
            "WindowData",
        ),
        *("YoloDetectionOutput", "YoloV2Loss", "YoloV3Loss", "Yolov3", "Yolov3DetectionOutput"),
    ),
    _SEGMENTATION: (
        *("BiasChannel", "DenseCRF", "DenseImageData", "DomainTransform", "ImageSegData", "SegAccuracy"),
        *("SpatialProduct", "UniqueLabel", "Unpooling"),
    ),
    _FLOW: (
        *("Accum", "ChannelNorm", "Correlation", "Correlation1D", "CustomData", "DataAugmentation", "Downsample"),
        *("FlowAugmentation", "FlowWarp", "GenerateAugmentationParameters", "L1Loss", "LpqLoss", "Resample"),
    ),
    _SEQUENCE: (
        *("CTCGreedyDecoder", "CTCLoss", "ContinuationIndicator", "CtcLoss", "GRU", "LSTM", "LSTMUnit"),
        *("LabelsequenceAccuracy", "Lstm", "RNN", "Reverse", "WarpCTC"),
    ),
}

_NOT_SUPPORTED = "not supported"
_REASONS: Mapping[str, str] = {
    "BatchReindex": f"{_NOT_SUPPORTED}: its output has a different number of images than its input",
    "Embed": f"{_NOT_SUPPORTED}: its input is word indices, not an image",
    "Filter": f"{_NOT_SUPPORTED}: how many images it passes on depends on the images",
    "GANLoss": "a layer of image-generating networks",
    "Im2col": f"{_NOT_SUPPORTED}: no classifier ends in it; remove it",
    "VideoData": "a layer that reads video; clsbench reads images",
}

OTHER_TASKS: Mapping[str, str] = {
    **{name: task for task, names in _TYPES.items() for name in names},
    **_REASONS,
}


def refusal(layer_type: str) -> str:
    """The error for a layer type in ``OTHER_TASKS``."""
    reason = OTHER_TASKS[layer_type]
    return f"{layer_type} is {reason}" + ("; clsbench evaluates classifiers" if layer_type not in _REASONS else "")


def python_refusal(module: str, layer: str) -> str:
    """The error for a Python layer; ``module`` and ``layer`` come from its python_param, or are empty."""
    name = ".".join(part for part in (module, layer) if part) or "its code"
    detects = any(word in name.lower() for word in ("rpn", "roi", "proposal", "anchor", "bbox", "detect"))
    task = "a detector's layer" if detects else "a layer in Python"
    return (
        f"{name} is {task}: its code is not in this file; use a network without it, or set model.output=BLOB to a blob "
        "before it"
    )
