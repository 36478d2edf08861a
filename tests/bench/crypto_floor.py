"""CPU time of the cryptography nobody can avoid, measured from OpenSSL itself."""
import ctypes
import statistics
import time

DH_GROUP = b"modp_1536"  # WSC's group 5
ITERATIONS = 4096        # IEEE 802.11 J.4: PSK from passphrase


def _library():
    lib = ctypes.CDLL("libcrypto.so.3")
    vp, cp, i = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    sizep = ctypes.POINTER(ctypes.c_size_t)
    for name, res, args in (
            ("EVP_PKEY_CTX_new_from_name", vp, [vp, cp, cp]), ("EVP_PKEY_keygen_init", i, [vp]),
            ("EVP_PKEY_CTX_set_group_name", i, [vp, cp]), ("EVP_PKEY_generate", i, [vp, ctypes.POINTER(vp)]),
            ("EVP_PKEY_CTX_new_from_pkey", vp, [vp, vp, cp]), ("EVP_PKEY_derive_init", i, [vp]),
            ("EVP_PKEY_derive_set_peer", i, [vp, vp]), ("EVP_PKEY_derive", i, [vp, cp, sizep]),
            ("EVP_PKEY_free", None, [vp]), ("EVP_PKEY_CTX_free", None, [vp]), ("EVP_sha1", vp, []),
            ("PKCS5_PBKDF2_HMAC", i, [cp, i, cp, i, i, vp, i, cp])):
        f = getattr(lib, name)
        f.restype, f.argtypes = res, args
    return lib


def _checked(result):
    if not result or (isinstance(result, int) and result < 0):
        raise RuntimeError("OpenSSL call failed")
    return result


def _keygen(lib):
    ctx = _checked(lib.EVP_PKEY_CTX_new_from_name(None, b"DH", None))
    _checked(lib.EVP_PKEY_keygen_init(ctx))
    _checked(lib.EVP_PKEY_CTX_set_group_name(ctx, DH_GROUP))
    key = ctypes.c_void_p()
    _checked(lib.EVP_PKEY_generate(ctx, ctypes.byref(key)))
    lib.EVP_PKEY_CTX_free(ctx)
    return key


def _derive(lib, key, peer):
    ctx = _checked(lib.EVP_PKEY_CTX_new_from_pkey(None, key, None))
    _checked(lib.EVP_PKEY_derive_init(ctx))
    _checked(lib.EVP_PKEY_derive_set_peer(ctx, peer))
    size = ctypes.c_size_t(192)
    _checked(lib.EVP_PKEY_derive(ctx, ctypes.create_string_buffer(192), ctypes.byref(size)))
    lib.EVP_PKEY_CTX_free(ctx)


def _median_cpu(work, rounds):
    took = []
    for _ in range(rounds):
        t = time.thread_time_ns()
        work()
        took.append(time.thread_time_ns() - t)
    return statistics.median(took) / 1e6


def measure(rounds=15):
    """Milliseconds of CPU: {dh: key generation and derivation, pbkdf2: one PSK from a passphrase}."""
    lib = _library()
    peer = _keygen(lib)

    def dh():
        key = _keygen(lib)
        _derive(lib, key, peer)
        lib.EVP_PKEY_free(key)

    out = ctypes.create_string_buffer(32)

    def pbkdf2():
        _checked(lib.PKCS5_PBKDF2_HMAC(b"correct horse battery", 21, b"backhaul", 8, ITERATIONS, lib.EVP_sha1(), 32,
                                       out))

    dh()
    pbkdf2()
    return {"dh": _median_cpu(dh, rounds), "pbkdf2": _median_cpu(pbkdf2, rounds)}
