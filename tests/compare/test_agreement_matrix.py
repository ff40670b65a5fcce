"""The matrices over all pairs of runs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from clsbench.compare.agreement_matrix import mcnemar_p_values, same_class_shares


@given(arrays.arrays(np.int64, st.tuples(st.integers(2, 5), st.integers(1, 30)), elements=st.integers(0, 3)))
def test_it_is_symmetric_with_ones_on_the_diagonal(classes: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> None:
    shares = same_class_shares(list(classes))
    assert (np.diag(shares) == 1).all()
    np.testing.assert_array_equal(shares, shares.T)
    assert ((shares >= 0) & (shares <= 1)).all()
    p_values = mcnemar_p_values(list(classes == 0))
    assert (np.diag(p_values) == 1).all()
    np.testing.assert_allclose(p_values, p_values.T)


def test_a_share_is_that_of_images_with_the_same_class() -> None:
    shares = same_class_shares([np.array([1, 2, 3, 4]), np.array([1, 2, 0, 0])])
    assert shares.tolist() == [[1.0, 0.5], [0.5, 1.0]]
