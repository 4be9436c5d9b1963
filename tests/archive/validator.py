"""The RO-Crate validator, without a network: its cache is filled from the context that the `rocrate` library ships.

The library ships the context of RO-Crate 1.3. Four terms of Bioschemas, which stand there under newer addresses, get those
of 1.1 back; the archive's own context names `sha256` itself.
"""

import io
import json
from importlib.resources import files
from pathlib import Path

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILES = ("ro-crate-1.1", "process-run-crate-0.5", "workflow-ro-crate-1.0", "workflow-run-crate-0.5")
_BIOSCHEMAS = {
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "FormalParameter": "https://bioschemas.org/FormalParameter",
    "input": "https://bioschemas.org/properties/input",
    "output": "https://bioschemas.org/properties/output",
}


def issues(crate: Path, profile: str, cache: Path, severity: str = "REQUIRED") -> list[str]:
    """What the validator finds wrong with the crate in the folder *crate*."""
    from rocrate_validator import services
    from rocrate_validator.models import ValidationSettings

    settings = ValidationSettings(
        rocrate_uri=str(crate),
        profile_identifier=profile,
        requirement_severity=severity,
        cache_path=cache,
        offline=True,
        skip_availability_check=True,
    )
    result = services.validate(settings)
    return [f"{issue.severity.name} {issue.check.identifier}: {issue.message}" for issue in result.get_issues()]


def fill_cache(path: Path) -> Path:
    """Answer the one request that the validator makes, and keep the answer in the cache *path*."""
    import requests
    from requests_cache import CachedSession
    from urllib3 import HTTPResponse

    context = json.loads((files("rocrate") / "data" / "ro-crate.jsonld").read_text(encoding="utf-8"))
    context["@context"].update(_BIOSCHEMAS)
    body = json.dumps(context).encode()

    class Shipped(requests.adapters.BaseAdapter):
        def send(self, request, **_):
            headers = {"Content-Type": "application/ld+json"}
            raw = HTTPResponse(body=io.BytesIO(body), status=200, headers=headers, preload_content=False)
            return requests.adapters.HTTPAdapter().build_response(request, raw)

        def close(self):
            pass

    session = CachedSession(str(path), backend="sqlite", expire_after=-1)
    session.mount("https://", Shipped())
    for headers in (
        {},
        {"Accept": "application/ld+json"},
        {"Accept": "application/ld+json, application/json, */*;q=0.1"},
    ):
        session.get(CONTEXT, headers=headers)
    session.close()
    return path
