package password_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ca74b63c/roster/user/password"
)

// The method set of user.Hasher, spelled out because this package does not know package user, not
// even in its tests.
var _ interface {
	Hash(ctx context.Context, plain string) (string, error)
	Verify(ctx context.Context, hash, plain string) (ok, rehash bool, err error)
	VerifyUnknown(ctx context.Context, plain string) error
} = (*password.Hasher)(nil)

// cheap is the least that argon2id allows: a test needs no protection from guessing.
var cheap = password.Cost{Memory: 8, Time: 1, Threads: 1}

func newHasher(t testing.TB, opts ...password.Option) *password.Hasher {
	t.Helper()
	h, err := password.New(append([]password.Option{password.WithCost(cheap)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHashIsVerified(t *testing.T) {
	h := newHasher(t)
	longest := strings.Repeat("x", password.MaxBytes)
	for _, plain := range []string{"correct horse", "", "žluťoučký kůň", "\xff\xfe", longest} {
		hash, err := h.Hash(t.Context(), plain)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(hash, "$argon2id$v=19$m=8,t=1,p=1$") {
			t.Errorf("hash begins %.30q", hash)
		}
		if ok, rehash, err := h.Verify(t.Context(), hash, plain); !ok || rehash || err != nil {
			t.Errorf("own password: ok %v, rehash %v, %v", ok, rehash, err)
		}
		if ok, rehash, err := h.Verify(t.Context(), hash, plain[:len(plain)/2]+"Y"); ok || rehash || err != nil {
			t.Errorf("other password: ok %v, rehash %v, %v", ok, rehash, err)
		}
	}
}

func TestDefaultCostIsOWASPs(t *testing.T) {
	h, err := password.New()
	if err != nil {
		t.Fatal(err)
	}
	hash, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	salt := strings.Split(hash, "$")[4]
	key := strings.Split(hash, "$")[5]
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || len(salt) != 22 || len(key) != 43 {
		t.Errorf("form of a default hash: %d bytes, salt %d, key %d", len(hash), len(salt), len(key))
	}
}

func TestEachHashHasItsOwnSalt(t *testing.T) {
	h := newHasher(t)
	a, errA := h.Hash(t.Context(), "same")
	b, errB := h.Hash(t.Context(), "same")
	if errA != nil || errB != nil || a == b {
		t.Errorf("two hashes of one password are equal: %v, %v", errA, errB)
	}
}

func TestRehashWhenTheCostDiffers(t *testing.T) {
	old := newHasher(t)
	hash, err := old.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cost password.Cost
		want bool
	}{
		{cheap, false},
		{password.Cost{Memory: 16, Time: 1, Threads: 1}, true},
		{password.Cost{Memory: 8, Time: 2, Threads: 1}, true},
		{password.Cost{Memory: 16, Time: 1, Threads: 2}, true},
	} {
		now := newHasher(t, password.WithCost(c.cost))
		if ok, rehash, err := now.Verify(t.Context(), hash, "correct horse"); !ok || rehash != c.want || err != nil {
			t.Errorf("%v: ok %v, rehash %v, %v", c.cost, ok, rehash, err)
		}
		if _, rehash, _ := now.Verify(t.Context(), hash, "wrong"); rehash {
			t.Errorf("%v: what was not verified is to be rehashed", c.cost)
		}
	}
}

func TestRehashWhenTheSaltIsShort(t *testing.T) {
	const shortSalt = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	h := newHasher(t, password.WithCost(password.Cost{Memory: 256, Time: 2, Threads: 1}))
	if ok, rehash, err := h.Verify(t.Context(), shortSalt, "password"); !ok || !rehash || err != nil {
		t.Errorf("8 bytes of salt at the current cost: ok %v, rehash %v, %v", ok, rehash, err)
	}
}

func TestArgon2idComparesNormalisedText(t *testing.T) {
	h := newHasher(t)
	hash, err := h.Hash(t.Context(), "caf\u00e9 au lait")
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, err := h.Verify(t.Context(), hash, "cafe\u0301 au lait"); !ok || err != nil {
		t.Errorf("the same letter in two code points: ok %v, %v", ok, err)
	}
}

func TestImpossibleCostsAreRefused(t *testing.T) {
	for _, c := range []password.Cost{
		{Memory: 7, Time: 1, Threads: 1},
		{Memory: 15, Time: 1, Threads: 2},
		{Memory: 8, Threads: 1},
		{Memory: 8, Time: 1},
		{Memory: 1 << 30, Time: 1, Threads: 1},
	} {
		if _, err := password.New(password.WithCost(c)); !errors.Is(err, password.ErrCost) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := password.New(password.WithLimits(password.Limits{Memory: 1024})); !errors.Is(err, password.ErrCost) {
		t.Errorf("the default cost above the limits: %v", err)
	}
}

func TestTooLongIsRefusedAtOnce(t *testing.T) {
	h := newHasher(t)
	long := strings.Repeat("x", password.MaxBytes+1)
	if _, err := h.Hash(t.Context(), long); !errors.Is(err, password.ErrTooLong) {
		t.Errorf("Hash: %v", err)
	}
	hash, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, err := h.Verify(t.Context(), hash, long); ok || err != nil {
		t.Errorf("Verify: ok %v, %v", ok, err)
	}
	if n := testing.AllocsPerRun(10, func() { _ = h.VerifyUnknown(t.Context(), long) }); n > 1 { // 1: t.Context
		t.Errorf("VerifyUnknown worked for it: %v allocations", n)
	}
}

func TestRandomnessIsTheReaders(t *testing.T) {
	salt := []byte("0123456789abcdef")
	a, errA := newHasher(t, password.WithRandom(bytes.NewReader(salt))).Hash(t.Context(), "x")
	b, errB := newHasher(t, password.WithRandom(bytes.NewReader(salt))).Hash(t.Context(), "x")
	if errA != nil || errB != nil || a != b || !strings.Contains(a, "$MDEyMzQ1Njc4OWFiY2RlZg$") {
		t.Errorf("the same 16 bytes gave %q and %q, %v, %v", a, b, errA, errB)
	}
	h := newHasher(t, password.WithRandom(bytes.NewReader(salt[:15])))
	if hash, err := h.Hash(t.Context(), "x"); hash != "" || !errors.Is(err, password.ErrRandom) ||
		!errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("15 bytes of randomness: %q, %v", hash, err)
	}
}

func TestAHasherNotMadeByNewSaysSo(t *testing.T) {
	for _, h := range []*password.Hasher{nil, {}} {
		if _, err := h.Hash(t.Context(), "x"); !errors.Is(err, password.ErrNotMade) {
			t.Errorf("Hash: %v", err)
		}
		if _, _, err := h.Verify(t.Context(), "$argon2id$", "x"); !errors.Is(err, password.ErrNotMade) {
			t.Errorf("Verify: %v", err)
		}
		if err := h.VerifyUnknown(t.Context(), "x"); !errors.Is(err, password.ErrNotMade) {
			t.Errorf("VerifyUnknown: %v", err)
		}
	}
}

func TestACancelledContextStopsEveryCall(t *testing.T) {
	h := newHasher(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	long := strings.Repeat("x", 1<<20) // the context comes first in the order of errors
	if _, err := h.Hash(ctx, long); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash: %v", err)
	}
	if _, _, err := h.Verify(ctx, "no hash", long); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify: %v", err)
	}
	if err := h.VerifyUnknown(ctx, long); !errors.Is(err, context.Canceled) {
		t.Errorf("VerifyUnknown: %v", err)
	}
}

// gate is a source of randomness that blocks each read, and so blocks the slot of the call.
type gate struct{ entered, open chan struct{} }

func (g gate) Read(b []byte) (int, error) {
	g.entered <- struct{}{}
	<-g.open
	return len(b), nil
}

func TestWaitingForASlotObeysTheContext(t *testing.T) {
	g := gate{entered: make(chan struct{}), open: make(chan struct{})}
	h := newHasher(t, password.WithConcurrency(1), password.WithRandom(g))
	done := make(chan error)
	go func() {
		_, err := h.Hash(context.Background(), "first")
		done <- err
	}()
	<-g.entered // the only slot is taken

	for _, call := range map[string]func(context.Context) error{
		"Hash":          func(ctx context.Context) error { _, err := h.Hash(ctx, "second"); return err },
		"Verify":        func(ctx context.Context) error { _, _, err := h.Verify(ctx, bcrypt72, "second"); return err },
		"VerifyUnknown": func(ctx context.Context) error { return h.VerifyUnknown(ctx, "second") },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("no slot: %v", err)
		}
		cancel()
	}
	waiting := make(chan error)
	go func() { waiting <- h.VerifyUnknown(context.Background(), "third") }()
	close(g.open)
	if err := <-done; err != nil {
		t.Errorf("the first: %v", err)
	}
	if err := <-waiting; err != nil {
		t.Errorf("who waited for the slot: %v", err)
	}
}

// A caller that finds no slot in time is told so, whether or not its context has an end, and a slot
// that is free in time is taken.
func TestWaitingForASlotIsBounded(t *testing.T) {
	g := gate{entered: make(chan struct{}), open: make(chan struct{})}
	h := newHasher(t, password.WithConcurrency(1), password.WithRandom(g), password.WithMaxWait(10*time.Millisecond))
	done := make(chan error)
	go func() {
		_, err := h.Hash(context.Background(), "first")
		done <- err
	}()
	<-g.entered // the only slot is taken
	for name, call := range map[string]func(context.Context) error{
		"Hash":          func(ctx context.Context) error { _, err := h.Hash(ctx, "second"); return err },
		"Verify":        func(ctx context.Context) error { _, _, err := h.Verify(ctx, bcrypt72, "second"); return err },
		"VerifyUnknown": func(ctx context.Context) error { return h.VerifyUnknown(ctx, "second") },
	} {
		if err := call(context.Background()); !errors.Is(err, password.ErrBusy) {
			t.Errorf("%s: %v", name, err)
		}
	}
	close(g.open)
	if err := <-done; err != nil {
		t.Errorf("the first: %v", err)
	}
	if err := h.VerifyUnknown(context.Background(), "third"); err != nil {
		t.Errorf("a free slot: %v", err)
	}
}

// Where a host says nothing a caller waits for a second, and less than zero is for ever.
func TestTheLongestWaitHasADefault(t *testing.T) {
	for wait, want := range map[time.Duration]error{0: password.ErrBusy, -1: context.DeadlineExceeded} {
		synctest.Test(t, func(t *testing.T) {
			g := gate{entered: make(chan struct{}), open: make(chan struct{})}
			h := newHasher(t, password.WithConcurrency(1), password.WithRandom(g), password.WithMaxWait(wait))
			var first sync.WaitGroup
			first.Go(func() { _, _ = h.Hash(context.Background(), "first") })
			<-g.entered
			ctx, cancel := context.WithTimeout(t.Context(), password.DefaultMaxWait+time.Second)
			defer cancel()
			begun := time.Now()
			if err := h.VerifyUnknown(ctx, "second"); !errors.Is(err, want) || time.Since(begun) < password.DefaultMaxWait {
				t.Errorf("wait %d: %v after %s", wait, err, time.Since(begun))
			}
			close(g.open)
			first.Wait()
		})
	}
}

func TestSlotsAreGivenBack(t *testing.T) {
	h := newHasher(t, password.WithConcurrency(2))
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			hash, err := h.Hash(t.Context(), fmt.Sprint(i))
			if err != nil {
				t.Error(err)
			}
			if ok, _, err := h.Verify(t.Context(), hash, fmt.Sprint(i)); !ok || err != nil {
				t.Errorf("ok %v, %v", ok, err)
			}
			if _, _, err := h.Verify(t.Context(), "$no$", "x"); err == nil {
				t.Error("no error for what is no hash")
			}
		})
	}
	all.Wait()
}

// Argon2id's memory is allocated for each computation, so the bytes allocated tell, unlike a clock
// on a busy machine, whether the work was done.
func TestRefusalsDoTheWorkOfAComparison(t *testing.T) {
	cost := password.Cost{Memory: 4096, Time: 1, Threads: 1}
	h := newHasher(t, password.WithCost(cost))
	hash, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	dear := strings.Replace(hash, "t=1", "t=99", 1)
	for name, call := range map[string]func(){
		"wrong password":       func() { _, _, _ = h.Verify(t.Context(), hash, "wrong") },
		"unknown user":         func() { _ = h.VerifyUnknown(t.Context(), "wrong") },
		"no password":          func() { _, _, _ = h.Verify(t.Context(), "", "wrong") },
		"unreadable hash":      func() { _, _, _ = h.Verify(t.Context(), "$argon2id$v=19$", "wrong") },
		"too long for bcrypt":  func() { _, _, _ = h.Verify(t.Context(), bcrypt72, strings.Repeat("a", 73)) },
		"hash with high costs": func() { _, _, _ = h.Verify(t.Context(), dear, "wrong") },
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		call()
		runtime.ReadMemStats(&after)
		if got, least := after.TotalAlloc-before.TotalAlloc, uint64(cost.Memory)<<10; got < least {
			t.Errorf("%s: %d bytes, a comparison takes %d", name, got, least)
		}
	}
}
