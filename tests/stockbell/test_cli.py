"""The command line, as a person who sets Stockbell up meets it."""

import asyncio
import re
import signal
import socket
from pathlib import Path

import httpx
import pytest

from core.accounts import accounts
from core.accounts.passwords import Passwords
from core.actors import Actor, Face
from core.db import Database
from core.households import households
from sandbox.client import SandboxClient
from stockbell import demo
from tests.stockbell.processes import Operator, serving

REAL_TOKEN = "123456789:AAF-canary-token-that-must-not-be-printed"
DONE = "set TELEGRAM_BOT_TOKEN."


async def test_production_refuses_to_start_without_its_secrets(operator: Operator, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": "sqlite:///data/x.db", "TELEGRAM_BOT_TOKEN": REAL_TOKEN}
    ended = await operator.run(tmp_path, "web", ENVIRONMENT="production", **settings)
    assert ended.code == 1
    assert "JWT_SECRET" in ended.err
    assert len(ended.err.splitlines()) == 1
    assert REAL_TOKEN not in ended.err


async def test_a_port_in_use_names_the_variable_to_set(operator: Operator, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        web = await operator.run(tmp_path, "run", PORT=port)
        sandbox = await operator.run(tmp_path, "run", SANDBOX_PORT=port)
    assert (web.code, sandbox.code) == (1, 1)
    assert f"Port {port} is in use" in web.err
    assert " PORT " in web.err
    assert "SANDBOX_PORT" in sandbox.err


async def test_the_sandbox_does_not_run_beside_a_real_token(operator: Operator, tmp_path: Path) -> None:
    ended = await operator.run(tmp_path, "sandbox", TELEGRAM_BOT_TOKEN=REAL_TOKEN)
    assert ended.code == 1
    assert "real TELEGRAM_BOT_TOKEN" in ended.err
    assert REAL_TOKEN not in ended.err


async def test_the_bot_says_that_it_needs_a_token(operator: Operator, tmp_path: Path) -> None:
    ended = await operator.run(tmp_path, "bot")
    assert (ended.code, "TELEGRAM_BOT_TOKEN" in ended.err) == (1, True)


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://stockbell:canary@127.0.0.1:1/stockbell", "sqlite:////proc/stockbell.db"]
)
async def test_a_database_that_cannot_be_used_is_a_sentence(
    operator: Operator, tmp_path: Path, url: str
) -> None:
    ended = await operator.run(tmp_path, "migrate", DATABASE_URL=url)
    assert ended.code == 1
    assert "DATABASE_URL" in ended.err
    assert "Traceback" not in ended.err
    assert "canary" not in ended.err


async def look_at_the_first_sign_of_health(port: int, sandbox_port: int) -> tuple[int, list[str]]:
    """Ask until the API says that it is well; return how Alice's sign-in is answered, and who has greeted."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=None) as http:
        while not await is_well(http):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        async with SandboxClient(f"http://127.0.0.1:{sandbox_port}") as phones:
            greeted = [
                person.first_name
                for person in (demo.ADMIN, demo.MEMBER)
                if await phones.transcript(person.telegram_id)
            ]
        alice = {"email": demo.EMAILS[demo.ADMIN], "password": demo.PASSWORD}
        return (await http.post("/api/v1/auth/login", json=alice)).status_code, greeted


async def is_well(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health")).status_code == 200
    except httpx.ConnectError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def ready(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=60) as http, asyncio.timeout(60):
        while (response := await http.get("/health/ready")).status_code != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert {check["status"] for check in response.json()["checks"]} == {"ok"}


@pytest.mark.long
async def test_a_newcomer_runs_the_demo(tmp_path: Path) -> None:
    port, sandbox_port = free_port(), free_port()
    early = asyncio.create_task(look_at_the_first_sign_of_health(port, sandbox_port))
    ports = {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}
    async with serving(tmp_path, "run", until=DONE, **ports) as first:
        assert await early == (200, ["Alice", "Bob"]), "the demo is complete before the API answers"
        web, sandbox = (
            re.findall(rf"{word} +(http://\S+?)(?:/docs)?\n", first.screen)[0] for word in ("API", "Phones")
        )
        assert len(first.screen.splitlines()) <= 24, "it fits on one screen"
        assert "Charlie is not linked yet" in first.screen
        assert "/use 3 milk" in first.screen
        async with httpx.AsyncClient(base_url=web, timeout=60) as http:
            assert (await http.get("/health")).json() == {"status": "ok"}
            email, password = re.findall(r"as (\S+), password (\S+)", first.screen)[0]
            signed_in = await http.post("/api/v1/auth/login", json={"email": email, "password": password})
            [household] = signed_in.json()["households"]
            http.headers["Authorization"] = f"Bearer {signed_in.json()['accessToken']}"
            items = await http.get(f"/api/v1/households/{household['id']}/items", params={"pageSize": 50})
            assert items.json()["totalCount"] == 20
            low = await http.get(f"/api/v1/households/{household['id']}")
            assert low.json()["statistics"]["lowStockItems"] > 0
            assert low.json()["statistics"]["expiringItems"] > 0
        async with SandboxClient(sandbox) as phones:
            sent = await phones.write(5002, "/use 3 milk")
            assert "low" in (await phones.wait_for(5002, "Milk", after=sent.id)).text
            await phones.wait_for(5001, "Milk is running low")
        await ready(web)
        # It is ended with Ctrl-C.
        first.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(60):
            await first.process.wait()
    assert (tmp_path / "jwt_secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.long
async def test_a_newcomer_runs_the_demo_again_and_finds_it_as_they_left_it(tmp_path: Path) -> None:
    async with serving(tmp_path, "run", until=DONE) as first:
        sandbox = re.findall(r"Phones +(http://\S+)\n", first.screen)[0]
        async with SandboxClient(sandbox) as phones:
            sent = await phones.write(5002, "/use 3 milk")
            await phones.wait_for(5002, "Milk", after=sent.id)
    async with serving(tmp_path, "run", until=DONE) as second:
        sandbox = re.findall(r"Phones +(http://\S+)\n", second.screen)[0]
        assert "as you left them" in second.screen
        assert not [word for word in ("not linked yet", "/use 3 milk") if word in second.screen]
        async with SandboxClient(sandbox) as phones:
            sent = await phones.write(5002, "/find milk")
            assert "1 l" in (await phones.wait_for(5002, "Milk", after=sent.id)).text


async def test_an_operator_makes_an_account_and_a_link_for_a_phone(
    operator: Operator, tmp_path: Path
) -> None:
    assert (await operator.run(tmp_path, "migrate")).code == 0
    made = await operator.run(
        tmp_path, "user", "create", "ann@example.com", "--name", "Ann", typed="correct horse\n"
    )
    assert made.code == 0
    assert "/link " in made.out, "there is no deep link before a bot ran here"
    again = await operator.run(
        tmp_path, "user", "create", "ANN@example.com", "--name", "Ann", typed="correct horse\n"
    )
    assert again.code == 1
    assert "already" in again.err
    for email, password in (("no email", "correct horse"), ("bob@example.com", "short")):
        wrong = await operator.run(tmp_path, "user", "create", email, "--name", "Bob", typed=f"{password}\n")
        assert wrong.code == 1
        assert "Traceback" not in wrong.err


async def test_an_operator_sets_a_forgotten_password(operator: Operator, tmp_path: Path) -> None:
    await operator.run(tmp_path, "migrate")
    create = ("user", "create", "ann@example.com", "--name", "Ann")
    await operator.run(tmp_path, *create, typed="correct horse\n")
    changed = await operator.run(tmp_path, "user", "password", "ANN@example.com", typed="another horse\n")
    assert (changed.code, "signed out everywhere" in changed.out) == (0, True)
    database = Database(f"sqlite:///{tmp_path}/demo.db")
    ann = await database.read(accounts.credentials, "ann@example.com")
    database.dispose()
    assert ann is not None
    assert Passwords(64).verify(ann.password_hash, "another horse")
    for email, password, word in (("bob@example.com", "correct horse", "bob"), ("ann@example.com", "x", "8")):
        wrong = await operator.run(tmp_path, "user", "password", email, typed=f"{password}\n")
        assert (wrong.code, len(wrong.err.splitlines()), word in wrong.err) == (1, 1, True)


@pytest.mark.long
async def test_the_processes_run_apart_on_one_database(operator: Operator, tmp_path: Path) -> None:
    sandbox_settings = {"DATABASE_URL": f"sqlite:///{tmp_path}/apart.db"}
    assert (await operator.run(tmp_path, "migrate", **sandbox_settings)).code == 0
    async with serving(tmp_path, "sandbox", until="sandbox is on") as sandbox:
        [address] = sandbox.addresses
        apart = {
            **sandbox_settings,
            "TELEGRAM_API_BASE": address,
            "TELEGRAM_BOT_TOKEN": "1000000001:SANDBOX-this-is-not-a-real-Telegram-token",
        }
        async with (
            serving(tmp_path, "bot", until="bot", **apart),
            serving(tmp_path, "web", until="web", **apart) as web,
            serving(tmp_path, "clock", until="clock", **apart),
            SandboxClient(address) as phones,
        ):
            await phones.add_person(1, "Dora", "dora")
            sent = await phones.write(1, "/start")
            await phones.wait_for(1, "", after=sent.id)
            async with httpx.AsyncClient(base_url=web.addresses[0], timeout=60) as http:
                assert (await http.get("/health")).status_code == 200
            made = await operator.run(
                tmp_path,
                "user",
                "create",
                "dora@example.com",
                "--name",
                "Dora",
                typed="correct horse\n",
                **apart,
            )
            code = re.findall(rf"{re.escape(address)}/StockbellDemoBot\?start=(\w+)", made.out)
            assert code, made.out
            sent = await phones.write(1, f"/start {code[0]}")
            asked = await phones.wait_for(1, "Dora", after=sent.id)
            await phones.press(1, asked.id, asked.labels()[0])
            await phones.wait_for(1, lambda m: m.id == asked.id and "belongs to" in m.text)


async def test_the_demo_keeps_out_of_somebody_elses_database(operator: Operator, tmp_path: Path) -> None:
    ended = await operator.run(tmp_path, "run", DATABASE_URL=f"sqlite:///{tmp_path}/mine.db")
    assert ended.code == 1
    assert "TELEGRAM_BOT_TOKEN is not" in ended.err
    assert not (tmp_path / "mine.db").exists()


async def test_a_sandbox_file_that_is_no_database_is_one_sentence(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "sandbox.db").write_text("Dear Alice, " * 200)
    ended = await operator.run(tmp_path, "sandbox")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "sandbox.db" in ended.err


async def test_a_process_asks_for_the_migration_first(operator: Operator, tmp_path: Path) -> None:
    ended = await operator.run(tmp_path, "web")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "stockbell migrate" in ended.err


async def test_an_operator_moves_a_list_in_and_out_for_a_member(operator: Operator, tmp_path: Path) -> None:
    await operator.run(tmp_path, "migrate")
    for name in ("Ann", "Ben"):
        email = f"{name.lower()}@example.com"
        await operator.run(tmp_path, "user", "create", email, "--name", name, typed="correct horse\n")
    ann = ("--household", "ann's home", "--as", "ANN@example.com")
    list_, copy = tmp_path / "list.csv", tmp_path / "copy.csv"

    list_.write_text("product;amount;store\nMilk;2;x\nTea;1,5;y\n")
    tried = await operator.run(tmp_path, "import", str(list_), *ann, "--dry-run")
    assert (tried.code, tried.out.splitlines()) == (
        0,
        [
            "line 2, Milk: added",
            "line 3, Tea: added",
            "Nothing was imported. It would be: 2 added, 0 changed, 0 unchanged.",
            "These columns were ignored: store.",
        ],
    )
    done = await operator.run(tmp_path, "import", str(list_), *ann)
    assert done.out == "2 added, 0 changed, 0 unchanged.\nThese columns were ignored: store.\n"
    shown = await operator.run(tmp_path, "export", "-", *ann)
    assert [line.split(",")[1:3] for line in shown.out.splitlines()][1:] == [["Milk", "2"], ["Tea", "1.5"]]
    assert (await operator.run(tmp_path, "export", str(copy), *ann)).code == 0
    assert copy.read_text() == shown.out.replace("\r\n", "\n")
    assert (
        await operator.run(tmp_path, "import", str(copy), *ann)
    ).out == "0 added, 0 changed, 2 unchanged.\n"
    again = await operator.run(tmp_path, "export", str(copy), *ann)
    assert (again.code, "copy.csv exists already." in again.err) == (1, True)
    assert (await operator.run(tmp_path, "export", str(copy), *ann, "--force")).code == 0
    copy.write_text("product;amount\nMilk;3\nTea;1,5\n")
    tried = await operator.run(tmp_path, "import", str(copy), *ann, "--dry-run")
    assert tried.out.splitlines()[:2] == ["line 2, Milk: changed (quantity)", "line 3, Tea: unchanged"]

    list_.write_text("name,quantity\nMilk,x\nTea,1\nRice,-1\n")
    wrong = await operator.run(tmp_path, "import", str(list_), *ann, "--dry-run")
    assert (wrong.code, wrong.out) == (1, "")
    assert wrong.err.splitlines() == [
        "stockbell: Nothing was imported, because 2 cells are wrong.",
        "line 2, quantity: quantity must be a number such as 2 or 1.5.",
        "line 4, quantity: quantity must be 0 or more.",
    ]
    list_.write_text("product,amount,best_before_date\nMilk,1,soon\n")
    wrong = await operator.run(tmp_path, "import", str(list_), *ann)
    [said] = wrong.err.splitlines()
    assert said.startswith("stockbell: Nothing was imported. Line 2, best_before_date: best_before_date must")
    for arguments, word in (
        (("--household", "Elsewhere", "--as", "ann@example.com"), "Ann's Home"),
        (("--household", "Ann's Home", "--as", "ben@example.com"), "Ben's Home"),
        (("--household", "Ann's Home", "--as", "nobody@example.com"), "nobody@example.com"),
    ):
        refused = await operator.run(tmp_path, "export", "-", *arguments)
        assert (refused.code, refused.out, len(refused.err.splitlines())) == (1, "", 1)
        assert word in refused.err
    missing = await operator.run(tmp_path, "import", str(tmp_path / "nowhere.csv"), *ann)
    assert (missing.code, "nowhere.csv" in missing.err) == (1, True)


async def test_of_two_households_with_one_name_an_operator_names_the_id(
    operator: Operator, tmp_path: Path
) -> None:
    await operator.run(tmp_path, "migrate")
    database = Database(f"sqlite:///{tmp_path}/demo.db")
    ann = await database.write(accounts.register, "ann@example.com", "no hash", "Ann", "UTC")
    ids = [
        str((await database.write(households.create, Actor(ann.id, Face.WEB), "Home", None, "UTC")).id)
        for _ in range(2)
    ]
    database.dispose()
    asked = await operator.run(tmp_path, "export", "-", "--household", "home", "--as", "ann@example.com")
    assert (asked.code, all(id_ in asked.err for id_ in ids)) == (1, True)
    named = await operator.run(tmp_path, "export", "-", "--household", ids[0], "--as", "ann@example.com")
    assert (named.code, named.out.splitlines()[0].startswith("id,name,quantity")) == (0, True)
