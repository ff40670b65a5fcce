"""Names that occur in a layer outside its own message: types of V1 and of training, fields, other types' messages."""

from clsbench.caffe.schema import LAYER_TYPES

# the enum of the V1 format, by name: its number and the type's name in today's format
V1_TYPES = {
    "ABSVAL": (35, "AbsVal"),
    "ACCURACY": (1, "Accuracy"),
    "ARGMAX": (30, "ArgMax"),
    "BNLL": (2, "BNLL"),
    "CONCAT": (3, "Concat"),
    "CONTRASTIVE_LOSS": (37, "ContrastiveLoss"),
    "CONVOLUTION": (4, "Convolution"),
    "DATA": (5, "Data"),
    "DECONVOLUTION": (39, "Deconvolution"),
    "DROPOUT": (6, "Dropout"),
    "DUMMY_DATA": (32, "DummyData"),
    "ELTWISE": (25, "Eltwise"),
    "EUCLIDEAN_LOSS": (7, "EuclideanLoss"),
    "EXP": (38, "Exp"),
    "FLATTEN": (8, "Flatten"),
    "HDF5_DATA": (9, "HDF5Data"),
    "HDF5_OUTPUT": (10, "HDF5Output"),
    "HINGE_LOSS": (28, "HingeLoss"),
    "IM2COL": (11, "Im2col"),
    "IMAGE_DATA": (12, "ImageData"),
    "INFOGAIN_LOSS": (13, "InfogainLoss"),
    "INNER_PRODUCT": (14, "InnerProduct"),
    "LRN": (15, "LRN"),
    "MEMORY_DATA": (29, "MemoryData"),
    "MULTINOMIAL_LOGISTIC_LOSS": (16, "MultinomialLogisticLoss"),
    "MVN": (34, "MVN"),
    "POOLING": (17, "Pooling"),
    "POWER": (26, "Power"),
    "RELU": (18, "ReLU"),
    "SIGMOID": (19, "Sigmoid"),
    "SIGMOID_CROSS_ENTROPY_LOSS": (27, "SigmoidCrossEntropyLoss"),
    "SILENCE": (36, "Silence"),
    "SLICE": (33, "Slice"),
    "SOFTMAX": (20, "Softmax"),
    "SOFTMAX_LOSS": (21, "SoftmaxWithLoss"),
    "SPLIT": (22, "Split"),
    "TANH": (23, "TanH"),
    "THRESHOLD": (31, "Threshold"),
    "WINDOW_DATA": (24, "WindowData"),
}
V1_TYPES_BY_NUMBER = dict(V1_TYPES.values())

TRAINING_TYPES = {
    "Accuracy",
    "CenterLoss",
    "ContrastiveLoss",
    "Data",
    "DummyData",
    "EuclideanLoss",
    "HDF5Data",
    "HDF5Output",
    "HingeLoss",
    "ImageData",
    "InfogainLoss",
    "MemoryData",
    "MultinomialLogisticLoss",
    "SigmoidCrossEntropyLoss",
    "SoftmaxWithLoss",
}

# fields of a layer about how it trains, where it runs, or when it is part of the net (read elsewhere)
OTHER_FIELDS = {
    # NVCaffe: the precision and the cuDNN algorithms of its GPU computation; clsbench has its own setting
    "backward_math",
    "backward_type",
    "cudnn_math_override",
    "debug",
    "forward_math",
    "forward_type",
    # Intel Caffe: the library that computes, and how several machines share the training
    "engine",
    "mn_activation_param",
    "mn_grad_compress_param",
    "multinode",
    # BVLC
    "blob_share_mode",
    "blobs_lr",
    "exclude",
    "include",
    "loss_weight",
    "param",
    "phase",
    "propagate_down",
    "weight_decay",
}

# the same for a net: NVCaffe's and Intel Caffe's
NET_FIELDS_WITHOUT_EFFECT = {
    "bn_stats_batch_size",
    "compile_net_state",
    "default_backward_math",
    "default_backward_type",
    "default_conv_algos_override",
    "default_cudnn_math_override",
    "default_forward_math",
    "default_forward_type",
    "eltwise_mem_sharing",
    "engine",
    "global_grad_scale",
    "global_grad_scale_adaptive",
    "global_grad_scale_param",
    "multinode",
    "reduce_buckets",
}

# a layer may contain the message of another type, which Caffe ignores
MESSAGES = {layer_type.message for layer_type in LAYER_TYPES.values() if layer_type.message} | {
    "accuracy_param",
    "contrastive_loss_param",
    "data_param",
    "dummy_data_param",
    "embed_param",
    "hdf5_data_param",
    "hdf5_output_param",
    "hinge_loss_param",
    "image_data_param",
    "infogain_loss_param",
    "input_param",
    "loss_param",
    "memory_data_param",
    "parameter_param",
    "python_param",
    "quantization_param",
    "recurrent_param",
    "split_param",
    "transform_param",
    "window_data_param",
}
