"""Access tokens that must not be taken: name -> how it is forged.

Most are signed with the real key, so that nothing but the reason in the name speaks against them.
"""

import base64
import hashlib
import hmac
import json
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.tokens import key_id
from core import clock

ELSE = b"another secret, which is long enough, too"
ENDLESS = 10**200
HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def _sibling(character: str) -> str:
    """Return the character of base64url that differs in its last bit."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    return alphabet[alphabet.index(character) ^ 1]


def encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@dataclass(frozen=True)
class Forger:
    """Somebody who knows the key, and whose token it shall be. None leaves out a claim or a header."""

    user_id: str
    key: bytes

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = clock.utcnow()
        good = {
            "sub": self.user_id,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
            "iss": "stockbell",
            "aud": "stockbell-web",
            "typ": "access",
        }
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def header(self, **changed: Any) -> dict[str, Any]:
        good = {"alg": "HS256", "typ": "JWT", "kid": key_id(self.key)}
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def token(self, **changed: Any) -> str:
        """Return a token whose claims are good, but for some changes."""
        return self.signed(self.header(), self.claims(**changed))

    def headed(self, **changed: Any) -> str:
        """Return a token whose header is good, but for some changes."""
        return self.signed(self.header(**changed), self.claims())

    def signed(self, header: Any, claims: Any, key: bytes = b"", algorithm: str = "HS256") -> str:
        raw = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
        text = f"{encode(json.dumps(header).encode())}.{encode(raw)}"
        return f"{text}.{encode(self.signature(text, key, algorithm))}"

    def signature(self, text: str, key: bytes = b"", algorithm: str = "HS256") -> bytes:
        return hmac.new(key or self.key, text.encode(), HASHES[algorithm]).digest()

    def resigned(self, algorithm: str) -> str:
        """Return a token that is signed with the real key, but another hash."""
        return self.signed(self.header(alg=algorithm), self.claims(), algorithm=algorithm)

    def with_signature(self, signature: str, **header: Any) -> str:
        return f"{self.headed(**header).rpartition('.')[0]}.{signature}"

    def in_seconds(self, seconds: float) -> int:
        return int(clock.utcnow().timestamp() + seconds)


FORGERIES: dict[str, Callable[[Forger], str]] = {
    # The signature
    "signed with another key": lambda f: f.signed(f.header(), f.claims(), ELSE),
    "signed with another key, and says so": lambda f: f.signed(f.header(kid=key_id(ELSE)), f.claims(), ELSE),
    "signed with the key id": lambda f: f.signed(f.header(), f.claims(), key_id(f.key).encode()),
    "an empty signature": lambda f: f.with_signature(""),
    "no signature at all": lambda f: f.token().rpartition(".")[0],
    "half a signature": lambda f: f.token()[:-20],
    "a signature of zeros": lambda f: f.with_signature(encode(bytes(32))),
    "the signature of another token": lambda f: f.with_signature(f.token(exp=1).rpartition(".")[2]),
    "the signature in hexadecimal": lambda f: f.with_signature(
        f.signature(f.token().rpartition(".")[0]).hex()
    ),
    "a padded signature": lambda f: f.token() + "=",
    "a bit that the signature does not use": lambda f: f.token()[:-1] + _sibling(f.token()[-1]),
    "a line break in the signature": lambda f: f.token()[:-5] + "%0A" + f.token()[-5:],
    "a space in the signature": lambda f: f.token()[:-5] + " " + f.token()[-5:],
    "a sign that is not of the alphabet": lambda f: f.token()[:-5] + "!" + f.token()[-5:],
    "the other base64": lambda f: f.with_signature("+/" + f.token().rpartition(".")[2][2:]),
    # The algorithm
    "algorithm none": lambda f: f.with_signature("", alg="none"),
    "algorithm None, with a signature": lambda f: f.headed(alg="None"),
    "algorithm nOnE": lambda f: f.with_signature("", alg="nOnE"),
    "an empty algorithm": lambda f: f.headed(alg=""),
    "no algorithm": lambda f: f.headed(alg=None),
    "a small hs256": lambda f: f.headed(alg="hs256"),
    "a list of algorithms": lambda f: f.headed(alg=["HS256"]),
    "HS384": lambda f: f.resigned("HS384"),
    "HS512": lambda f: f.resigned("HS512"),
    "RS256 with our HMAC": lambda f: f.headed(alg="RS256"),
    "RS256 with 256 bytes": lambda f: f.with_signature(encode(bytes(256)), alg="RS256"),
    "PS256 with our HMAC": lambda f: f.headed(alg="PS256"),
    "ES256 with our HMAC": lambda f: f.headed(alg="ES256"),
    "ES256 with zeros for r and s": lambda f: f.with_signature(encode(bytes(64)), alg="ES256"),
    "EdDSA with our HMAC": lambda f: f.headed(alg="EdDSA"),
    # The header
    "no key id": lambda f: f.headed(kid=None),
    "an unknown key id": lambda f: f.headed(kid="00000000"),
    "an empty key id": lambda f: f.headed(kid=""),
    "a key id in capitals": lambda f: f.headed(kid=key_id(f.key).upper() + "X"),
    "a key id that is a path": lambda f: f.headed(kid="../../../../dev/null"),
    "a key id that is SQL": lambda f: f.headed(kid="' OR 1=1 --"),
    "a key id that is a number": lambda f: f.headed(kid=12345678),
    "a key id that is a list": lambda f: f.headed(kid=[key_id(f.key)]),
    "a key id that is an object": lambda f: f.headed(kid={"kid": key_id(f.key)}),
    "a key id that ends with NUL": lambda f: f.headed(kid=key_id(f.key) + "\0"),
    "brings its own key": lambda f: f.signed(
        f.header(jwk={"kty": "oct", "k": encode(ELSE)}), f.claims(), ELSE
    ),
    "brings our own key": lambda f: f.headed(jwk={"kty": "oct", "k": encode(f.key)}),
    "says where its key is": lambda f: f.headed(jku="https://127.0.0.1/jwks.json"),
    "says where its certificate is": lambda f: f.headed(x5u="https://127.0.0.1/x.pem"),
    "brings its certificate": lambda f: f.headed(x5c=["MIIB"]),
    "critical: unknown": lambda f: f.headed(crit=["x"], x=1),
    "critical: nothing": lambda f: f.headed(crit=[]),
    "critical: no list": lambda f: f.headed(crit="exp"),
    "b64 false": lambda f: f.headed(b64=False, crit=["b64"]),
    "b64 false, detached": lambda f: ".".join(
        [*f.headed(b64=False, crit=["b64"]).split(".")[:1], "", f.token().split(".")[2]]
    ),
    "b64 true": lambda f: f.headed(b64=True),
    "nested": lambda f: f.signed(f.header(cty="JWT"), f.token().encode()),
    "another type": lambda f: f.headed(typ="at+jwt"),
    "no type": lambda f: f.headed(typ=None),
    "compressed": lambda f: f.headed(zip="DEF"),
    "a header that is a list": lambda f: f.signed([f.header()], f.claims()),
    "a header that is no JSON": lambda f: f"{encode(b'HS256')}.{f.token().partition('.')[2]}",
    "a deep header": lambda f: f"{encode(b'[' * 700)}.e30.x",
    "a very deep header": lambda f: f"{encode(b'[' * 30_000)}.e30.x",
    # The time
    "no expiry": lambda f: f.token(exp=None),
    "expired a second ago": lambda f: f.token(iat=f.in_seconds(-900), exp=f.in_seconds(-1)),
    "expired in 1970": lambda f: f.token(iat=0, exp=1),
    "expires before the beginning": lambda f: f.token(iat=-10, exp=-1),
    "expires never": lambda f: f.token(exp=ENDLESS),
    "expires in an hour": lambda f: f.token(exp=f.in_seconds(3600)),
    "an expiry that is text": lambda f: f.token(exp=str(f.in_seconds(300))),
    "an expiry with a fraction": lambda f: f.token(exp=f.in_seconds(300) + 0.5),
    "an expiry that is true": lambda f: f.token(exp=True),
    "an expiry in a list": lambda f: f.token(exp=[f.in_seconds(300)]),
    "an infinite expiry": lambda f: f.token(exp=float("inf")),
    "an expiry that is no number": lambda f: f.token(exp=float("nan")),
    "no beginning": lambda f: f.token(iat=None),
    "begins in the future": lambda f: f.token(iat=f.in_seconds(120)),
    "began before everything": lambda f: f.token(iat=-ENDLESS),
    "a beginning that is text": lambda f: f.token(iat="now"),
    "a beginning with a fraction": lambda f: f.token(iat=float(f.in_seconds(0))),
    "not before tomorrow": lambda f: f.token(nbf=f.in_seconds(86_400)),
    # Whose, from whom and for what
    "a refresh token": lambda f: f.token(typ="refresh"),
    "no kind": lambda f: f.token(typ=None),
    "two kinds": lambda f: f.token(typ=["access", "refresh"]),
    "Access": lambda f: f.token(typ="Access"),
    "no issuer": lambda f: f.token(iss=None),
    "another issuer": lambda f: f.token(iss="https://accounts.example"),
    "a list of issuers": lambda f: f.token(iss=["stockbell"]),
    "no audience": lambda f: f.token(aud=None),
    "another audience": lambda f: f.token(aud="stockbell-admin"),
    "several audiences": lambda f: f.token(aud=["stockbell-web", "elsewhere"]),
    "the audience in a list": lambda f: f.token(aud=["stockbell-web"]),
    "an audience with a space": lambda f: f.token(aud="stockbell-web "),
    "nobody": lambda f: f.token(sub=None),
    "an empty name": lambda f: f.token(sub=""),
    "a name that is no id": lambda f: f.token(sub="Alice"),
    "an email": lambda f: f.token(sub="alice@example.com"),
    "an id in a list": lambda f: f.token(sub=[f.user_id]),
    "an id in an object": lambda f: f.token(sub={"id": f.user_id}),
    "an id that is a number": lambda f: f.token(sub=1),
    "an id in braces": lambda f: f.token(sub="{" + f.user_id + "}"),
    "an id as a URN": lambda f: f.token(sub=f"urn:uuid:{f.user_id}"),
    "an id without dashes": lambda f: f.token(sub=f.user_id.replace("-", "")),
    "an id in capitals": lambda f: f.token(sub=f.user_id.upper()),
    "an id with a space": lambda f: f.token(sub=f" {f.user_id}"),
    "an id with NUL": lambda f: f.token(sub=f"{f.user_id}\0"),
    "an id in other digits": lambda f: f.token(sub="\u0661" * 32),
    # The form
    "claims that are a list": lambda f: f.signed(f.header(), [f.claims()]),
    "claims that are no JSON": lambda f: f.signed(f.header(), b"sub=alice"),
    "claims that are no text": lambda f: f.signed(f.header(), b"\xff\xfe"),
    "no claims": lambda f: f.signed(f.header(), {}),
    "changed claims": lambda f: ".".join(
        [f.token().split(".")[0], f.token(sub="x").split(".")[1], f.token().split(".")[2]]
    ),
    "very long": lambda f: f.token(note="x" * 20_000),
    "one part": lambda f: "nonsense",
    "two parts": lambda f: "e30.e30",
    "four parts": lambda f: f.token() + ".e30",
    "five parts, as if it were encrypted": lambda f: "e30.e30.e30.e30.e30",
    "only dots": lambda f: "..",
    "beyond ASCII": lambda f: f.token() + "\u00e9",
    "a token in JSON": lambda f: json.dumps({"token": f.token()}),
    "a token in quotes": lambda f: f'"{f.token()}"',
    "two tokens": lambda f: f"{f.token()},{f.token()}",
}
