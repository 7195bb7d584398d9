package password

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/text/unicode/norm"
)

// MaxBytes is the greatest length of a password, in bytes of UTF-8 before normalization. NIST SP
// 800-63B requires that at least 64 characters are accepted; 1,024 bytes hold 256 characters of any
// script. Longer input is refused before any other check.
const MaxBytes = 1024

var (
	// ErrTooLong means that Hash was given a password of more than MaxBytes bytes.
	ErrTooLong = errors.New("password: too long")
	// ErrBusy means that no slot became free within the time of WithMaxWait. The caller should try
	// again later. A host's own hasher may return it too, wrapped or not.
	ErrBusy = errors.New("password: too many passwords at a time")
	// ErrNotMade means that the Hasher was not made by New.
	ErrNotMade = errors.New("password: hasher was not made by New")
)

// Hasher hashes passwords and compares passwords with hashes. Many goroutines may use it at once.
// Each method takes one of a fixed number of slots, because it needs Cost.Memory while it works.
// Callers get slots in the order of their calls, and wait at most for the time of WithMaxWait.
type Hasher struct {
	cost    Cost
	limits  Limits
	slots   chan struct{}
	maxWait time.Duration
}

// Option configures New.
type Option func(*Hasher)

// WithCost sets the cost of new hashes. Verify reports a hash of another cost for rehashing. A
// host's tests should use a low cost, such as Cost{Memory: 8, Time: 1, Threads: 1}.
func WithCost(c Cost) Option { return func(h *Hasher) { h.cost = c } }

// WithLimits sets the greatest cost of verifying a stored hash.
func WithLimits(l Limits) Option { return func(h *Hasher) { h.limits = l } }

// WithConcurrency sets the number of hashes that are computed at the same time. A value of 0 or
// less means GOMAXPROCS, the default. More than that gains nothing and takes memory.
func WithConcurrency(n int) Option {
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return func(h *Hasher) { h.slots = make(chan struct{}, n) }
}

// DefaultMaxWait is the time that a caller waits for a slot without WithMaxWait.
const DefaultMaxWait = time.Second

// WithMaxWait sets how long a caller waits for a slot before it gets ErrBusy. So a flood of
// passwords cannot build a queue without bound. 0 means DefaultMaxWait. With a negative value only
// the context bounds the wait.
func WithMaxWait(d time.Duration) Option {
	return func(h *Hasher) { h.maxWait = cmp.Or(d, DefaultMaxWait) }
}

// New returns a Hasher with the given options. It ignores nil options. Without options it uses
// DefaultCost, the default limits, GOMAXPROCS hashes at the same time and DefaultMaxWait.
//
// Errors: ErrCost and a nil Hasher if the cost is not a valid cost of argon2id, or if the cost
// exceeds the limits. A Hasher with such a cost could not verify its own hashes.
func New(opts ...Option) (*Hasher, error) {
	h := &Hasher{maxWait: DefaultMaxWait}
	WithConcurrency(0)(h)
	for _, opt := range opts {
		if opt != nil {
			opt(h)
		}
	}
	h.cost, h.limits = cmp.Or(h.cost, DefaultCost()), h.limits.orDefaults()
	if !h.cost.defined() || !h.limits.allow(h.cost) {
		return nil, fmt.Errorf("%w: %v", ErrCost, h.cost)
	}
	return h, nil
}

// Hash returns an argon2id hash of the password plain with a new random salt, as a PHC string of
// fewer than 128 bytes. Two calls return different hashes of the same password. Hash normalizes
// text to NFC first (RFC 8265, OpaqueString), so that Verify accepts a letter that another keyboard
// encodes differently. It does not use NFKC, which also equates letters that people distinguish. It
// hashes bytes that are not UTF-8 as they are. It accepts an empty password, because a Policy
// decides which passwords are good.
//
// Hash waits for a free slot. It is not interrupted once it has a slot. Errors, in this order:
//
//   - the error of ctx, if ctx is done
//   - ErrTooLong for more than MaxBytes bytes
//   - ErrNotMade if New did not make h
//   - ErrBusy or the error of ctx, if no slot became free in time
func (h *Hasher) Hash(ctx context.Context, plain string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if len(plain) > MaxBytes {
		return "", ErrTooLong
	}
	if err := h.acquire(ctx); err != nil {
		return "", err
	}
	defer h.release()
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // it never fails
	made := argon2idHash{cost: h.cost, salt: salt}
	made.key = made.derive(plain, keyBytes)
	return made.String(), nil
}

// Verify reports whether hash is a hash of the password plain. If ok is true, rehash reports
// whether the caller should replace the hash, because its scheme, cost or size is not that of Hash.
// If ok is false, rehash is false.
//
// Verify accepts argon2id, bcrypt ($2a$, $2b$, $2y$) and PBKDF2 (SHA-1, SHA-256, SHA-512, in the
// PHC form and in the form of passlib). For argon2id it normalizes plain to NFC, as Hash does. For
// the other two it compares the bytes as they are. Besides a wrong password, ok is false without an
// error for:
//
//   - a password of more than MaxBytes bytes, whatever the hash
//   - a password of more than 72 bytes with a bcrypt hash
//   - an empty hash, which means a user without a password
//
// A call that gets a slot and returns ok false takes at least as much work as VerifyUnknown, except
// for a hash with a cheaper scheme or cost. A password of more than MaxBytes bytes gets no slot.
//
// Verify waits for a free slot. It is not interrupted once it has a slot. After an error ok and
// rehash are false. Errors, in this order:
//
//   - the error of ctx, if ctx is done
//   - ErrNotMade if New did not make h
//   - ErrBusy or the error of ctx, if no slot became free in time
//   - ErrMalformed, ErrScheme or ErrBeyondLimits for a hash that cannot be compared
func (h *Hasher) Verify(ctx context.Context, hash, plain string) (ok, rehash bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, false, err
	}
	if len(plain) > MaxBytes {
		return false, false, nil
	}
	if err := h.acquire(ctx); err != nil {
		return false, false, err
	}
	defer h.release()
	var kept stored
	if hash != "" {
		kept, err = parse(hash, h.limits)
	}
	if kept == nil || !kept.fits(plain) {
		h.spend(plain)
		return false, false, err
	}
	if ok, err = kept.matches(plain); err != nil || !ok {
		return false, false, err
	}
	return true, kept.outdated(h.cost), nil
}

// VerifyUnknown takes as long as a Verify that fails. Call it for a login that no user has, so that
// the time does not reveal which logins exist.
//
// Errors: the context's; ErrBusy or the context's if no slot became free in time.
func (h *Hasher) VerifyUnknown(ctx context.Context, plain string) error {
	_, _, err := h.Verify(ctx, "", plain)
	return err
}

// spend does the work of one comparison and ignores the result.
func (h *Hasher) spend(plain string) {
	dummy := argon2idHash{cost: h.cost, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}
	_, _ = dummy.matches(plain)
}

func (h *Hasher) acquire(ctx context.Context) error {
	if h == nil || h.slots == nil {
		return ErrNotMade
	}
	select {
	case h.slots <- struct{}{}:
		return nil
	default:
	}
	var tooLong <-chan time.Time // nil: never
	if h.maxWait > 0 {
		timer := time.NewTimer(h.maxWait)
		defer timer.Stop()
		tooLong = timer.C
	}
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-tooLong:
		return ErrBusy
	}
}

func (h *Hasher) release() { <-h.slots }

// normalise returns plain in NFC, the text that argon2id hashes.
func normalise(plain string) []byte { return norm.NFC.Bytes([]byte(plain)) }
