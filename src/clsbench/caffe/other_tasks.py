"""Layer types that are known, but not of a classifier that scores one image at a time: whose they are, and why not.

The names are those of the forks' caffe.proto: SSD, py-faster-rcnn, R-FCN, MobileNet-YOLO and Caffe-YOLOv3, NVIDIA's
DetectNet, SegNet, DeepLab, PSPNet, FlowNet2, Intel Caffe, Synopsys Caffe and BVLC itself.
"""

from collections.abc import Mapping

_DETECTOR = "a detector's layer"
_SEGMENTATION = "a layer of a network for segmentation"
_FLOW = "a layer of a network for optical flow"
_SEQUENCE = "a layer of a network for sequences"

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

_WITHOUT_ANSWER = "not computed here"
_REASONS: Mapping[str, str] = {
    "BatchReindex": f"{_WITHOUT_ANSWER}: it gives another number of images than it takes",
    "Embed": f"{_WITHOUT_ANSWER}: it takes the numbers of words, not an image",
    "Filter": f"{_WITHOUT_ANSWER}: how many images it lets through depends on the images",
    "GANLoss": "a layer of a network that generates images",
    "Im2col": f"{_WITHOUT_ANSWER}: no classifier ends in it; remove it",
    "VideoData": "a layer that reads video; clsbench reads images",
}

OTHER_TASKS: Mapping[str, str] = {
    **{name: task for task, names in _TYPES.items() for name in names},
    **_REASONS,
}


def refusal(layer_type: str) -> str:
    """What the error says of a type among ``OTHER_TASKS``."""
    reason = OTHER_TASKS[layer_type]
    return f"{layer_type} is {reason}" + ("; clsbench evaluates classifiers" if layer_type not in _REASONS else "")


def python_refusal(module: str, layer: str) -> str:
    """What the error says of a Python layer; ``module`` and ``layer`` are those of its python_param, or empty."""
    name = ".".join(part for part in (module, layer) if part) or "its code"
    detects = any(word in name.lower() for word in ("rpn", "roi", "proposal", "anchor", "bbox", "detect"))
    task = "a detector's layer" if detects else "a layer in Python"
    return (
        f"{name} is {task}: its code is not in this file; give a network without it, or say model.output=BLOB before it"
    )
