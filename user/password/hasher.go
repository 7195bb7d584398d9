package password

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"
)

// MaxBytes is the longest password, in bytes of UTF-8 as it came. NIST SP 800-63B asks that at
// least 64 characters be accepted; 1,024 bytes hold 256 characters of any script. Longer input is
// refused before anything looks at it.
const MaxBytes = 1024

var (
	// ErrTooLong is returned by Hash for a password of more than MaxBytes bytes.
	ErrTooLong = errors.New("password: too long")
	// ErrRandom is returned by Hash when the source of randomness failed; the source's error is
	// wrapped beside it.
	ErrRandom = errors.New("password: no randomness for a salt")
	// ErrBusy is returned when no slot was free for as long as WithMaxWait says. The caller should
	// try again later. A Hasher of a host's own may return it too, wrapped or not.
	ErrBusy = errors.New("password: too many passwords at a time")
	// ErrNotMade is returned by a Hasher that did not come from New.
	ErrNotMade = errors.New("password: hasher was not made by New")
)

// Hasher hashes passwords and compares them with hashes. It may be used by many goroutines at once.
// Each of its methods takes one of a fixed number of slots, because each holds Cost.Memory while it
// works. Callers wait for a slot in the order in which they came, and at most for the time of
// WithMaxWait.
type Hasher struct {
	cost    Cost
	limits  Limits
	slots   chan struct{}
	maxWait time.Duration

	randomMu sync.Mutex // a reader that a test injects need not be safe for concurrent use
	random   io.Reader
}

// Option changes what New makes.
type Option func(*settings)

type settings struct {
	cost        Cost
	limits      Limits
	concurrency int
	maxWait     time.Duration
	random      io.Reader
}

// WithCost sets the cost of new hashes; a verified hash of another cost is reported for rehashing.
// Tests of a host use a low one, such as Cost{Memory: 8, Time: 1, Threads: 1}.
func WithCost(c Cost) Option { return func(s *settings) { s.cost = c } }

// WithLimits sets what a stored hash may cost at most.
func WithLimits(l Limits) Option { return func(s *settings) { s.limits = l } }

// WithConcurrency sets how many hashes are computed at a time. Zero or less means GOMAXPROCS,
// which is also the default: more would only queue for the processor while holding memory.
func WithConcurrency(n int) Option { return func(s *settings) { s.concurrency = n } }

// DefaultMaxWait is how long a caller waits for a slot where WithMaxWait says nothing.
const DefaultMaxWait = time.Second

// WithMaxWait sets how long a caller waits for a slot before it gets ErrBusy, so that a flood of
// passwords makes no queue that grows without bound. Zero means DefaultMaxWait; with less than zero
// only the context bounds the wait.
func WithMaxWait(d time.Duration) Option { return func(s *settings) { s.maxWait = d } }

// WithRandom sets the source of salts. Nil means crypto/rand.Reader, which is also the default.
func WithRandom(r io.Reader) Option { return func(s *settings) { s.random = r } }

// New makes a Hasher. It returns ErrCost when the cost is one that argon2id does not define, or
// one beyond the limits, since the Hasher could then not verify what it hashed.
func New(opts ...Option) (*Hasher, error) {
	var s settings
	for _, opt := range opts {
		if opt != nil {
			opt(&s)
		}
	}
	if s.cost == (Cost{}) {
		s.cost = DefaultCost()
	}
	s.limits = s.limits.orDefaults()
	if !s.cost.defined() || !s.limits.admit(s.cost) {
		return nil, fmt.Errorf("%w: %v", ErrCost, s.cost)
	}
	if s.concurrency <= 0 {
		s.concurrency = runtime.GOMAXPROCS(0)
	}
	if s.maxWait == 0 {
		s.maxWait = DefaultMaxWait
	}
	if s.random == nil {
		s.random = rand.Reader
	}
	return &Hasher{
		cost: s.cost, limits: s.limits, random: s.random, slots: make(chan struct{}, s.concurrency), maxWait: s.maxWait,
	}, nil
}

// Hash returns an argon2id hash of plain with a fresh salt, as a PHC string of less than 128
// bytes. Text is normalised to NFC first (RFC 8265, OpaqueString), so that a letter typed on two
// keyboards is one letter; NIST's NFKC would also make letters one that people type apart on
// purpose. Bytes that are not UTF-8 are taken as they are. Whether plain is a good password is the
// policy's business: Hash takes an empty one too.
//
// Errors: ctx's error, ErrTooLong, ErrBusy or ctx's error if no slot was free in time, ErrRandom.
// Once begun, the work is not interrupted.
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
	if err := h.readRandom(salt); err != nil {
		return "", fmt.Errorf("%w: %w", ErrRandom, err)
	}
	made := argon2idHash{cost: h.cost, salt: salt}
	made.key = made.derive(plain, keyBytes)
	return made.String(), nil
}

// Verify reports whether hash was made from plain, and whether a hash that matches should be
// replaced because its scheme or cost is not what Hash makes now. rehash is never true without ok.
//
// It reads argon2id, bcrypt ($2a$, $2b$, $2y$) and PBKDF2 (SHA-1, SHA-256, SHA-512; the PHC form
// and passlib's). Argon2id compares the text in NFC, as Hash made it; the other two compare the
// bytes as they came, as the systems did that made them. bcrypt looks at 72 bytes only, so a
// longer password is not equal, whatever the hash. A password of more than MaxBytes is not equal
// to anything. An empty hash means a user without a password, and matches nothing.
//
// Every refusal, except that of too long a password, costs at least what VerifyUnknown costs,
// unless the hash is of a cheaper scheme or cost.
//
// Errors: ctx's error; ErrBusy or ctx's error if no slot was free in time; ErrMalformed, ErrScheme,
// ErrBeyondLimits for a hash that cannot be compared, and then ok and rehash are false. Once begun,
// the work is not interrupted.
func (h *Hasher) Verify(ctx context.Context, hash, plain string) (ok, rehash bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, false, err
	}
	if len(plain) > MaxBytes {
		return false, false, nil
	}
	var kept stored
	if hash != "" {
		kept, err = parse(hash, h.limitsOrDefaults())
	}
	if err := h.acquire(ctx); err != nil {
		return false, false, err
	}
	defer h.release()
	if kept == nil || !kept.fits(plain) {
		h.spend(plain)
		return false, false, err
	}
	if ok, err = kept.matches(plain); err != nil || !ok {
		return false, false, err
	}
	return true, kept.outdated(h.cost), nil
}

// VerifyUnknown does the work of a Verify that fails, for a login that no user has, so that the
// time taken does not tell which logins exist.
//
// Errors: ctx's error; ErrBusy or ctx's error if no slot was free in time. Otherwise nil: there is
// nothing to report.
func (h *Hasher) VerifyUnknown(ctx context.Context, plain string) error {
	_, _, err := h.Verify(ctx, "", plain)
	return err
}

// spend does the work of one comparison and forgets it.
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

func (h *Hasher) readRandom(b []byte) error {
	h.randomMu.Lock()
	defer h.randomMu.Unlock()
	_, err := io.ReadFull(h.random, b)
	return err
}

func (h *Hasher) limitsOrDefaults() Limits {
	if h == nil {
		return DefaultLimits()
	}
	return h.limits
}

// normalise gives the text that argon2id hashes. ASCII and most typed text are in NFC already and
// are not copied.
func normalise(plain string) []byte { return norm.NFC.Bytes([]byte(plain)) }
