from clsbench.engines.caffe.messages import cause_of_death, cure_of, final_message

_FATAL = """WARNING: Logging before InitGoogleLogging() is written to STDERR
F20261124 21:39:06.400885 12464 insert_splits.cpp:29] Unknown bottom blob 'q' (layer 'a', bottom index 0)
*** Check failure stack trace: ***
    @     0x7f google::LogMessage::Fail()
"""
_PARSER = """[libprotobuf ERROR google/protobuf/text_format.cc:322] Error parsing text-format: 2:8: no field
F1124 21:39:07.035672 12468 upgrade_proto.cpp:90] Check failed: ReadProtoFromTextFile(param_file, param)
Failed to parse NetParameter file: bad.prototxt
*** Check failure stack trace: ***
"""


def test_the_fatal_line_is_found_without_glogs_prefix() -> None:
    assert final_message(_FATAL) == "Unknown bottom blob 'q' (layer 'a', bottom index 0) [insert_splits.cpp:29]"


def test_the_parsers_complaint_and_further_lines_belong_to_it() -> None:
    assert final_message(_PARSER) == (
        "Error parsing text-format: 2:8: no field; Check failed: ReadProtoFromTextFile(param_file, "
        "param) Failed to parse NetParameter file: bad.prototxt [upgrade_proto.cpp:90]"
    )


def test_without_a_fatal_line_the_last_lines_are_quoted() -> None:
    assert final_message("".join(f"line {n}\n" for n in range(100))).startswith("line 92 | ")
    assert final_message(" \n") == "it wrote nothing"


def test_a_signal_is_named_and_a_kill_explained() -> None:
    assert cause_of_death(-6) == "SIGABRT"
    assert "memory" in cause_of_death(-9)
    assert cause_of_death(-64) == "SIGRTMAX"
    assert cause_of_death(-100) == "signal 100"
    assert cause_of_death(3) == "exit code 3"


def test_a_net_of_another_fork_has_a_cure() -> None:
    for words in ("Unknown layer type: ReLU6 (known types: AbsVal)", 'Message type "a" has no field named "pad_r".'):
        assert "engine.python=" in cure_of(words)
    assert cure_of("Unknown bottom blob 'q'") == ""
