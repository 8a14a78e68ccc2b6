"""Encryption with a passphrase by the browser's WebCrypto: PBKDF2-HMAC-SHA-256, AES-256-GCM."""

from __future__ import annotations

from typing import Any

from pyface_web.errors import PassphraseError, StorageError
from pyface_web.host import IN_BROWSER, is_missing, js_value


async def seal(
    plain: bytes, passphrase: str, iterations: int, salt: bytes, iv: bytes, beside: bytes
) -> bytes:
    """The ciphertext and its tag of 16 bytes. beside: authenticated with it, not encrypted.

    Raises StorageError where there is no WebCrypto.
    """
    subtle = _subtle()
    key = await _key(subtle, passphrase, iterations, salt)
    sealed = await subtle.encrypt(_gcm(iv, beside), key, js_value(plain))
    return _bytes_of(sealed)


async def unseal(
    sealed: bytes, passphrase: str, iterations: int, salt: bytes, iv: bytes, beside: bytes
) -> bytes:
    """The inverse of `seal`; PassphraseError for another passphrase, or any altered byte."""
    subtle = _subtle()
    key = await _key(subtle, passphrase, iterations, salt)
    try:
        plain = await subtle.decrypt(_gcm(iv, beside), key, js_value(sealed))
    except Exception:  # an OperationError without words
        raise PassphraseError(
            "a file of identities: the passphrase does not open it: expected the one it was "
            "exported with; or the file was altered since. Nothing was imported"
        ) from None
    return _bytes_of(plain)


def _bytes_of(buffer: Any) -> bytes:
    data: bytes = buffer.to_bytes()
    return data


def _subtle() -> Any:
    if not IN_BROWSER:
        raise StorageError(
            "a passphrase needs the browser's WebCrypto, and there is no browser here; "
            "export without a passphrase, and keep the file where only you can read it"
        )
    import js

    subtle = getattr(getattr(js, "crypto", None), "subtle", None)
    if is_missing(subtle):
        raise StorageError(
            "a passphrase needs the browser's WebCrypto, which pages get from https:// or "
            "localhost only; serve the page so, or export without a passphrase"
        )
    return subtle


async def _key(subtle: Any, passphrase: str, iterations: int, salt: bytes) -> Any:
    secret = passphrase.encode("utf-8", "surrogatepass")
    base = await subtle.importKey("raw", js_value(secret), "PBKDF2", False, js_value(["deriveKey"]))
    how = {"name": "PBKDF2", "hash": "SHA-256", "iterations": iterations, "salt": salt}
    kind, uses = {"name": "AES-GCM", "length": 256}, ["encrypt", "decrypt"]
    return await subtle.deriveKey(js_value(how), base, js_value(kind), False, js_value(uses))


def _gcm(iv: bytes, beside: bytes) -> Any:
    return js_value({"name": "AES-GCM", "iv": iv, "additionalData": beside})
