"""The properties of every meta-analysis once more, with every fit, single ones too, through the compiled kernels."""

import pytest

from metawright.pooling import compiled
from tests.pooling import test_properties
from tests.pooling.test_kernels import use_compiled

for _name in dir(test_properties):
    if _name.startswith("test_"):
        globals()[_name] = getattr(test_properties, _name)


@pytest.fixture(autouse=True, scope="module")
def through_the_kernels():
    pytest.importorskip("numba")
    with pytest.MonkeyPatch.context() as patch:
        use_compiled(patch, True)
        assert compiled.kernels_for(1, 1) is not None
        yield
