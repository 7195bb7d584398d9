package password

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The method set of user.Hasher. Package password does not import package user.
var _ interface {
	Hash(ctx context.Context, plain string) (string, error)
	Verify(ctx context.Context, hash, plain string) (ok, rehash bool, err error)
	VerifyUnknown(ctx context.Context, plain string) error
} = (*Hasher)(nil)

// cheap is the least that argon2id allows: a test needs no protection from guessing.
var cheap = Cost{Memory: 8, Time: 1, Threads: 1}

func newHasher(t testing.TB, opts ...Option) *Hasher {
	t.Helper()
	return must(New(append([]Option{WithCost(cheap)}, opts...)...))
}

// verify checks the result of h.Verify, which must not fail. what names the case.
func verify(t *testing.T, what string, h *Hasher, hash, plain string, wantOK, wantRehash bool) {
	t.Helper()
	if ok, rehash, err := h.Verify(t.Context(), hash, plain); ok != wantOK || rehash != wantRehash || err != nil {
		t.Errorf("%s: ok %v, rehash %v, %v", what, ok, rehash, err)
	}
}

// must returns v. It panics if err is not nil.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestHashIsVerified(t *testing.T) {
	h := newHasher(t)
	longest := strings.Repeat("x", MaxBytes)
	for _, plain := range []string{"correct horse", "", "žluťoučký kůň", "\xff\xfe", longest} {
		hash := must(h.Hash(t.Context(), plain))
		if again, err := h.Hash(t.Context(), plain); err != nil || again == hash {
			t.Errorf("two hashes of one password are equal: %v", err)
		}
		if !strings.HasPrefix(hash, "$argon2id$v=19$m=8,t=1,p=1$") {
			t.Errorf("hash begins %.30q", hash)
		}
		verify(t, "own password", h, hash, plain, true, false)
		verify(t, "other password", h, hash, plain[:len(plain)/2]+"Y", false, false)
	}
}

func TestDefaultCostIsOWASPs(t *testing.T) {
	h := must(New())
	hash := must(h.Hash(t.Context(), "correct horse"))
	salt := strings.Split(hash, "$")[4]
	key := strings.Split(hash, "$")[5]
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || len(salt) != 22 || len(key) != 43 {
		t.Errorf("form of a default hash: %d bytes, salt %d, key %d", len(hash), len(salt), len(key))
	}
}

func TestRehashWhenTheCostDiffers(t *testing.T) {
	old := newHasher(t)
	hash := must(old.Hash(t.Context(), "correct horse"))
	for _, c := range []struct {
		cost Cost
		want bool
	}{
		{cheap, false},
		{Cost{Memory: 16, Time: 1, Threads: 1}, true},
		{Cost{Memory: 8, Time: 2, Threads: 1}, true},
		{Cost{Memory: 16, Time: 1, Threads: 2}, true},
	} {
		now := newHasher(t, WithCost(c.cost))
		verify(t, c.cost.String(), now, hash, "correct horse", true, c.want)
		verify(t, c.cost.String()+", a wrong password", now, hash, "wrong", false, false)
	}
}

func TestArgon2idComparesNormalisedText(t *testing.T) {
	h := newHasher(t)
	hash := must(h.Hash(t.Context(), "caf\u00e9 au lait"))
	verify(t, "the same letter in two code points", h, hash, "cafe\u0301 au lait", true, false)
}

func TestImpossibleCostsAreRefused(t *testing.T) {
	for _, c := range []Cost{
		{Memory: 7, Time: 1, Threads: 1},
		{Memory: 15, Time: 1, Threads: 2},
		{Memory: 8, Threads: 1},
		{Memory: 8, Time: 1},
		{Memory: 1 << 30, Time: 1, Threads: 1},
	} {
		if _, err := New(WithCost(c)); !errors.Is(err, ErrCost) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := New(WithLimits(Limits{Memory: 1024})); !errors.Is(err, ErrCost) {
		t.Errorf("the default cost above the limits: %v", err)
	}
}

func TestTooLongIsRefusedAtOnce(t *testing.T) {
	h := newHasher(t)
	long := strings.Repeat("x", MaxBytes+1)
	if _, err := h.Hash(t.Context(), long); !errors.Is(err, ErrTooLong) {
		t.Errorf("Hash: %v", err)
	}
	hash := must(h.Hash(t.Context(), "correct horse"))
	verify(t, "Verify", h, hash, long, false, false)
	if n := testing.AllocsPerRun(10, func() { _ = h.VerifyUnknown(t.Context(), long) }); n > 1 { // 1: t.Context
		t.Errorf("VerifyUnknown worked for it: %v allocations", n)
	}
}

// calls are the calls of a hasher that take a slot.
func calls(h *Hasher, plain string) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Hash":          func(ctx context.Context) error { _, err := h.Hash(ctx, plain); return err },
		"Verify":        func(ctx context.Context) error { _, _, err := h.Verify(ctx, bcrypt72, plain); return err },
		"VerifyUnknown": func(ctx context.Context) error { return h.VerifyUnknown(ctx, plain) },
	}
}

func TestAHasherNotMadeByNewSaysSo(t *testing.T) {
	for _, h := range []*Hasher{nil, {}} {
		for name, call := range calls(h, "x") {
			if err := call(t.Context()); !errors.Is(err, ErrNotMade) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestACancelledContextStopsEveryCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range calls(newHasher(t), strings.Repeat("x", 1<<20)) { // the context comes first
		if err := call(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A caller waits for a slot until the context ends or for as long as the hasher allows, and takes a
// slot that is free in time. Without a setting it waits for a second. Less than zero is for ever.
func TestWaitingForASlotIsBounded(t *testing.T) {
	for _, tt := range []struct {
		wait, timeout time.Duration
		want          error
		after         time.Duration
	}{
		{time.Second, time.Minute, ErrBusy, time.Second},
		{time.Minute, time.Second, context.DeadlineExceeded, time.Second},
		{0, time.Minute, ErrBusy, DefaultMaxWait},
		{-1, time.Hour, context.DeadlineExceeded, time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newHasher(t, WithMaxWait(tt.wait), WithConcurrency(1))
			h.slots <- struct{}{} // the only slot is taken
			for name, call := range calls(h, "second") {
				ctx, cancel := context.WithTimeout(t.Context(), tt.timeout)
				begun := time.Now()
				if err := call(ctx); !errors.Is(err, tt.want) || time.Since(begun) != tt.after {
					t.Errorf("%s, wait %s: %v after %s", name, tt.wait, err, time.Since(begun))
				}
				cancel()
			}
			waiting := make(chan error)
			go func() { waiting <- h.VerifyUnknown(context.Background(), "third") }()
			synctest.Wait()
			h.release()
			if err := <-waiting; err != nil {
				t.Errorf("the call that waited for the slot: %v", err)
			}
		})
	}
}

func TestSlotsAreGivenBack(t *testing.T) {
	h := newHasher(t, WithConcurrency(2))
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			hash, err := h.Hash(t.Context(), fmt.Sprint(i))
			if err != nil {
				t.Error(err)
			}
			verify(t, hash, h, hash, fmt.Sprint(i), true, false)
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
	cost := Cost{Memory: 4096, Time: 1, Threads: 1}
	h := newHasher(t, WithCost(cost))
	hash := must(h.Hash(t.Context(), "correct horse"))
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
