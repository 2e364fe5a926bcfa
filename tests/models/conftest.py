from tests.models.cases import pair  # noqa: F401 (a fixture for every module here)
