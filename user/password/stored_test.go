package password

import (
	"errors"
	"strings"
	"testing"
)

// The vectors are those of the Argon2 reference implementation, of crypt_blowfish, of RFC 6070 and
// of passlib; the PHC forms of SHA-256 and SHA-512 were computed with another implementation.
func TestKnownHashesAreVerified(t *testing.T) {
	h := newHasher(t)
	for _, c := range []struct{ name, plain, hash string }{
		{"argon2id", "password",
			"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"},
		{"argon2id two lanes", "password",
			"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"},
		{"bcrypt 2a", "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
		{"bcrypt 2b", "U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
		{"bcrypt 2y", "U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
		{"bcrypt 72 bytes", strings.Repeat("a", 72), bcrypt72},
		{"pbkdf2 sha1, PHC", "password", "$pbkdf2-sha1$i=4096,l=20$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE"},
		{"pbkdf2 sha1, passlib", "password", "$pbkdf2$4096$c2FsdA$SwB5AbdlSJq.rUnZJvch0GWkKcE"},
		{"pbkdf2 sha256, PHC", "password", "$pbkdf2-sha256$i=4096$c2FsdA$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o"},
		{"pbkdf2 sha256, passlib", "password",
			"$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ"},
		{"pbkdf2 sha512, PHC", "password", "$pbkdf2-sha512$i=4096$c2FsdA$" +
			"0Zexsz2wFD4BixLz0dFHnmzevcyXxcD4f2kC4HL0V7UUPzBgJkGz1VzTNZiMs2uEN2Bg7NUy4Dm3QqI5Q0ry1Q"},
		{"pbkdf2 sha512, passlib", "password", "$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$" +
			"eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww"},
	} {
		t.Run(c.name, func(t *testing.T) {
			verify(t, "right password", h, c.hash, c.plain, true, true)
			verify(t, "wrong password", h, c.hash, "Password", false, false)
		})
	}
}

// bcrypt72 is of 72 letters "a".
const bcrypt72 = "$2b$04$CCCCCCCCCCCCCCCCCCCCC.mDyzbhj.9K0apb9O/AGMWwoLXiYAu6u"

func TestRehashWhenTheSaltIsShort(t *testing.T) {
	const shortSalt = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	h := newHasher(t, WithCost(Cost{Memory: 256, Time: 2, Threads: 1}))
	verify(t, "8 bytes of salt at the current cost", h, shortSalt, "password", true, true)
}

func TestBcryptTakesNoMoreThan72Bytes(t *testing.T) {
	verify(t, "73 bytes against the hash of their first 72", newHasher(t), bcrypt72, strings.Repeat("a", 73), false, false)
}

func TestUnreadableHashesAreRefused(t *testing.T) {
	h := newHasher(t)
	const salt, key = "c29tZXNhbHQ", "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	argon := "$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + key
	bcrypt := "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
	for _, c := range []struct {
		name, hash string
		want       error
	}{
		{"plain text", "correct horse", ErrMalformed},
		{"nothing after the scheme", "$argon2id", ErrMalformed},
		{"very long", argon + strings.Repeat("A", 1<<20), ErrMalformed},
		{"argon2i", "$argon2i" + argon[9:], ErrScheme},
		{"broken bcrypt", "$2x" + bcrypt[3:], ErrScheme},
		{"md5-crypt", "$1$abc$def", ErrScheme},
		{"version 16", strings.Replace(argon, "v=19", "v=16", 1), ErrMalformed},
		{"no version", strings.Replace(argon, "v=19$", "", 1), ErrMalformed},
		{"parameters out of order", strings.Replace(argon, "m=256,t=2", "t=2,m=256", 1), ErrMalformed},
		{"parameter missing", strings.Replace(argon, ",p=1", "", 1), ErrMalformed},
		{"parameter without a number", strings.Replace(argon, "t=2", "t=", 1), ErrMalformed},
		{"leading zero", strings.Replace(argon, "t=2", "t=02", 1), ErrMalformed},
		{"sign", strings.Replace(argon, "t=2", "t=+2", 1), ErrMalformed},
		{"more than 32 bits", strings.Replace(argon, "t=2", "t=4294967298", 1), ErrMalformed},
		{"no passes", strings.Replace(argon, "t=2", "t=0", 1), ErrMalformed},
		{"no lanes", strings.Replace(argon, "p=1", "p=0", 1), ErrMalformed},
		{"memory too small for the lanes", strings.Replace(argon, "m=256", "m=7", 1), ErrMalformed},
		{"short salt", strings.Replace(argon, salt, "c29tZQ", 1), ErrMalformed},
		{"no key", strings.Replace(argon, key, "", 1), ErrMalformed},
		{"short key", strings.Replace(argon, key, "nf65EOgLrQMR", 1), ErrMalformed},
		{"key that is not base64", strings.Replace(argon, key, strings.Repeat("*", 43), 1), ErrMalformed},
		{"line break in the key", strings.Replace(argon, key, key[:20]+"\n"+key[20:], 1), ErrMalformed},
		{"loose last bits", argon[:len(argon)-1] + "5", ErrMalformed},
		{"long key", strings.Replace(argon, key, strings.Repeat("A", 100), 1), ErrMalformed},
		{"memory", strings.Replace(argon, "m=256", "m=131073", 1), ErrBeyondLimits},
		{"much memory", strings.Replace(argon, "m=256", "m=4294967295", 1), ErrBeyondLimits},
		{"passes", strings.Replace(argon, "t=2", "t=17", 1), ErrBeyondLimits},
		{"lanes", strings.Replace(argon, "p=1", "p=17", 1), ErrBeyondLimits},
		{"lanes beyond a byte", strings.Replace(argon, "p=1", "p=257", 1), ErrBeyondLimits},
		{"bcrypt cost", strings.Replace(bcrypt, "$05$", "$16$", 1), ErrBeyondLimits},
		{"bcrypt cost below its least", strings.Replace(bcrypt, "$05$", "$03$", 1), ErrMalformed},
		{"bcrypt cost above its most", strings.Replace(bcrypt, "$05$", "$99$", 1), ErrMalformed},
		{"bcrypt cost with a sign", strings.Replace(bcrypt, "$05$", "$+5$", 1), ErrMalformed},
		{"bcrypt cost no number", strings.Replace(bcrypt, "$05$", "$x5$", 1), ErrMalformed},
		{"bcrypt cut", bcrypt[:59], ErrMalformed},
		{"bcrypt alphabet", bcrypt[:59] + "*", ErrMalformed},
		{"bcrypt without its third $", bcrypt[:6] + "C" + bcrypt[7:], ErrMalformed},
		{"pbkdf2 iterations", "$pbkdf2-sha256$i=5200001$c2FsdA$" + key, ErrBeyondLimits},
		{"pbkdf2 iterations for each block", "$pbkdf2-sha1$i=2600001$c2FsdA$" + key, ErrBeyondLimits},
		{"pbkdf2 without iterations", "$pbkdf2-sha256$i=0$c2FsdA$" + key, ErrMalformed},
		{"pbkdf2 other parameter", "$pbkdf2-sha256$n=1$c2FsdA$" + key, ErrMalformed},
		{"pbkdf2 length differs", "$pbkdf2-sha256$i=1,l=31$c2FsdA$" + key, ErrMalformed},
		{"pbkdf2 part missing", "$pbkdf2-sha256$i=1$" + key, ErrMalformed},
		{"pbkdf2 without salt", "$pbkdf2-sha256$i=1$$" + key, ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			ok, rehash, err := h.Verify(t.Context(), c.hash, "password")
			if ok || rehash || !errors.Is(err, c.want) {
				t.Fatalf("ok %v, rehash %v, error %v; want %v", ok, rehash, err, c.want)
			}
			if strings.ContainsAny(err.Error(), "$=/") || strings.Contains(err.Error(), "horse") {
				t.Errorf("the error repeats a part of the hash: %v", err)
			}
		})
	}
}

func TestLimitsCanBeSet(t *testing.T) {
	const hash = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	strict := newHasher(t, WithLimits(Limits{Memory: 255}))
	if _, _, err := strict.Verify(t.Context(), hash, "password"); !errors.Is(err, ErrBeyondLimits) {
		t.Errorf("256 KiB with a limit of 255: %v", err)
	}
	all := Limits{Memory: 256, Time: 2, Threads: 1, Iterations: 1, BcryptCost: 4}
	exact := newHasher(t, WithLimits(all))
	verify(t, "256 KiB with a limit of 256", exact, hash, "password", true, true)
}
