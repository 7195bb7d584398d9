package password

import (
	"cmp"
	"errors"
	"fmt"
)

// ErrCost means that New was given a Cost that argon2id does not define or that the Limits forbid.
var ErrCost = errors.New("password: impossible cost")

// Cost is the memory, time and number of threads of one argon2id hash. The zero value means
// DefaultCost.
type Cost struct {
	Memory  uint32 // KiB, at least 8 for each thread
	Time    uint32 // passes over the memory, at least 1
	Threads uint8  // lanes, at least 1
}

// DefaultCost returns 19 MiB, two passes and one thread. This is the minimum for argon2id in the
// OWASP password storage cheat sheet, and takes about 25 ms on a current core.
func DefaultCost() Cost { return Cost{Memory: 19456, Time: 2, Threads: 1} }

// String returns the cost in the PHC string format: "m=19456,t=2,p=1".
func (c Cost) String() string { return fmt.Sprintf("m=%d,t=%d,p=%d", c.Memory, c.Time, c.Threads) }

// defined reports whether argon2id is defined for this cost (RFC 9106, section 3.1).
func (c Cost) defined() bool {
	return c.Time >= 1 && c.Threads >= 1 && c.Memory >= 8*uint32(c.Threads)
}

// Limits bound the cost of verifying a stored hash, so that a planted or damaged hash cannot
// exhaust memory or processor. Verify returns ErrBeyondLimits for a hash that exceeds a limit. A
// zero field means the value of DefaultLimits.
type Limits struct {
	Memory     uint32 // KiB, of argon2id
	Time       uint32 // passes, of argon2id
	Threads    uint8  // lanes, of argon2id
	Iterations uint32 // of PBKDF2, counted again for each block of the hash function that the key takes
	BcryptCost uint8  // the logarithm to base 2 of bcrypt's rounds
}

// DefaultLimits returns twice the memory of RFC 9106's second recommendation (64 MiB), four times
// the iterations that OWASP recommends for PBKDF2 with SHA-1 (1,300,000), and cost 15 for bcrypt.
// The most expensive hash within these limits takes some seconds of one core and 128 MiB.
func DefaultLimits() Limits {
	return Limits{Memory: 128 << 10, Time: 16, Threads: 16, Iterations: 5_200_000, BcryptCost: 15}
}

func (l Limits) orDefaults() Limits {
	d := DefaultLimits()
	return Limits{
		Memory: cmp.Or(l.Memory, d.Memory), Time: cmp.Or(l.Time, d.Time), Threads: cmp.Or(l.Threads, d.Threads),
		Iterations: cmp.Or(l.Iterations, d.Iterations), BcryptCost: cmp.Or(l.BcryptCost, d.BcryptCost),
	}
}

func (l Limits) allow(c Cost) bool {
	return c.Memory <= l.Memory && c.Time <= l.Time && c.Threads <= l.Threads
}
