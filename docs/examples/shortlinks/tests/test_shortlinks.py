"""The application, served by a real server; and what its hooks promise."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn
from fastapi import APIRouter, FastAPI
from pluginkit import PluginValidationError, Registry, hookimpl
from pluginkit.testing import RecordingPlugin, RegistryFor, muted, override

from shortlinks import ShortlinksSpec, create_app, make_registry
from shortlinks.plugins.links import Links

PYTHON = "https://www.python.org/"
LED_TO = f"{PYTHON}?utm_source=shortlinks&utm_campaign=python"


@contextmanager
def served(app: FastAPI) -> Generator[httpx2.Client]:
    """Serve an application at a port of this machine, and give a client of it; at the end it has stopped."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def registry(tmp_path: Path) -> Registry[ShortlinksSpec]:
    """Return a registry as the command makes it."""
    return make_registry(tmp_path)


def test_a_link_that_was_set_is_followed(registry: Registry[ShortlinksSpec]) -> None:
    """A plugin's route takes a link, and the host sends visitors there, as another plugin has rewritten it."""
    with served(create_app(registry)) as client:
        assert client.put("/api/links/python", json={"target": PYTHON}).status_code == 204
        response = client.get("/python")
        assert (response.status_code, response.headers["location"]) == (307, LED_TO)
        assert client.get("/api/links").json() == {"python": PYTHON}


def test_an_unknown_link_is_not_found(registry: Registry[ShortlinksSpec]) -> None:
    """Where no plugin knows a slug there is a 404, and no visit is reported."""
    recording = RecordingPlugin(ShortlinksSpec)
    registry.register(recording)
    with served(create_app(registry)) as client:
        response = client.get("/pyhton")
    assert (response.status_code, response.json()) == (404, {"detail": "no short link is called 'pyhton'"})
    assert recording.calls_of(ShortlinksSpec.resolve) == [{"slug": "pyhton"}]
    assert recording.calls_of(ShortlinksSpec.followed) == []


def test_plugins_hear_of_visits(registry: Registry[ShortlinksSpec]) -> None:
    """Each visit is reported after its response; a server that stops has reported all."""
    recording = RecordingPlugin(ShortlinksSpec)
    registry.register(recording)

    async def resolve(slug: str) -> str:
        return f"https://example.org/{slug}"

    with (
        override(registry, ShortlinksSpec.resolve, resolve),
        muted(registry, ShortlinksSpec.rewrite),
        served(create_app(registry)) as client,
    ):
        assert client.get("/a").headers["location"] == "https://example.org/a"
    assert recording.calls_of(ShortlinksSpec.followed) == [{"slug": "a", "target": "https://example.org/a"}]


@pytest.mark.parametrize("same", [True, False])
def test_visits_are_kept_over_a_restart(tmp_path: Path, *, same: bool) -> None:
    """What is counted in one run is there in the next, of the same application or of another; so are the links."""
    app = create_app(make_registry(tmp_path))
    for visits in (1, 2, 3):
        with served(app if same else create_app(make_registry(tmp_path))) as client:
            if visits == 1:
                client.put("/api/links/python", json={"target": PYTHON})
            assert client.get("/python").status_code == 307
        assert json.loads((tmp_path / "visits.json").read_text(encoding="utf-8")) == {"python": visits}


class Failing:
    """A plugin that fails wherever it can."""

    @hookimpl(ShortlinksSpec.lifespan)
    @asynccontextmanager
    async def lifespan(self) -> AsyncGenerator[None]:
        """Fail when the server stops."""
        yield
        raise OSError("cannot stop")

    @hookimpl(ShortlinksSpec.followed)
    async def followed(self, slug: str, **_: object) -> None:
        """Fail at a visit."""
        raise LookupError(slug)


def test_a_plugin_that_fails_does_no_harm_to_others(
    registry: Registry[ShortlinksSpec], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """If one plugin fails to receive a visit, or to stop, others count it and keep it; the log names it."""
    registry.register(Failing())
    with caplog.at_level(logging.ERROR), served(create_app(registry)) as client:
        client.put("/api/links/python", json={"target": PYTHON})
        assert client.get("/python").status_code == 307
    assert json.loads((tmp_path / "visits.json").read_text(encoding="utf-8")) == {"python": 1}
    assert "in hook ShortlinksSpec.followed, plugin 'Failing'" in caplog.text
    assert "OSError: cannot stop" in caplog.text


def test_a_route_is_served_by_one_plugin(registry: Registry[ShortlinksSpec]) -> None:
    """Two plugins with the same route are refused: one would hide the other."""
    registry.register(Links(), "twin")
    with pytest.raises(ValueError, match=r"^two plugins serve GET /links$"):
        create_app(registry)


def test_a_link_is_deleted(registry: Registry[ShortlinksSpec]) -> None:
    """A link that is deleted is gone, and cannot be deleted twice."""
    with served(create_app(registry)) as client:
        client.put("/api/links/python", json={"target": PYTHON})
        assert client.delete("/api/links/python").status_code == 204
        assert client.get("/python").status_code == 404
        assert client.delete("/api/links/python").status_code == 404


def test_wrong_input_is_refused_as_fastapi_does(registry: Registry[ShortlinksSpec]) -> None:
    """Routes of plugins are real routes: what they take is validated, and they are in the documentation of the API."""
    with served(create_app(registry)) as client:
        assert client.put("/api/links/python", json={"target": "no address"}).status_code == 422
        assert client.get("/python").status_code == 404
        paths = client.get("/api/openapi.json").json()["paths"]
        assert list(paths["/api/links/{slug}"]) == ["put", "delete"]
        assert set(paths) == {"/api/links", "/api/links/{slug}", "/api/visits", "/{slug}"}


class Greeting:
    """Somebody else's plugin."""

    @hookimpl(ShortlinksSpec.routes)
    def routes(self) -> APIRouter:
        """Serve `/api/greeting`."""
        router = APIRouter(prefix="/greeting")
        router.add_api_route("", self.greet)
        return router

    async def greet(self, name: str) -> str:
        """Greet."""
        return f"Hello, {name}"

    @hookimpl(ShortlinksSpec.resolve)
    async def resolve(self, slug: str) -> str | None:
        """Fail for one slug."""
        if slug == "broken":
            raise LookupError(slug)
        return None


def test_a_plugin_of_ones_own(registry_for: RegistryFor) -> None:
    """A host of plugins that are chosen by hand serves their routes, and no others."""
    with served(create_app(registry_for(ShortlinksSpec, Greeting()))) as client:
        assert client.get("/api/greeting", params={"name": "Ada"}).json() == "Hello, Ada"
        assert client.get("/api/links").status_code == 404


def test_a_plugin_that_fails_is_named(registry_for: RegistryFor, caplog: pytest.LogCaptureFixture) -> None:
    """An exception in a plugin is a response 500, and the log of the server names the plugin and its hook."""
    with caplog.at_level(logging.ERROR), served(create_app(registry_for(ShortlinksSpec, Greeting()))) as client:
        assert client.get("/other").status_code == 404
        assert client.get("/broken").status_code == 500
    assert "in hook ShortlinksSpec.resolve, plugin 'Greeting'" in caplog.text


def test_a_plugin_that_does_not_fit_is_refused(registry: Registry[ShortlinksSpec]) -> None:
    """A server does not start with a misspelled parameter, and the registry is as it was."""

    class Misspelled:
        @hookimpl
        async def resolve(self, slgu: str) -> str | None:
            return slgu

    names = registry.plugin_names()
    with pytest.raises(PluginValidationError, match="unknown parameter 'slgu'"):
        registry.register(Misspelled())
    assert registry.plugin_names() == names == ("campaign", "links", "visits")
