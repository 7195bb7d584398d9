package codec

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

// record is one type of record, without its type.
type record struct {
	name   string
	filled []byte                       // of a value without zeros
	zero   []byte                       // of the zero value
	diff   func() string                // what the filled value loses on its way
	again  func([]byte) ([]byte, error) // decodes and encodes
}

func recordOf[T any](name string, encode func([]byte, T) []byte, decode func([]byte) (T, error), want T) record {
	var zero T
	return record{
		name:   name,
		filled: encode(nil, want),
		zero:   encode(nil, zero),
		diff: func() string {
			got, err := decode(encode(nil, want))
			if err != nil {
				return err.Error()
			}
			return cmp.Diff(want, got)
		},
		again: func(b []byte) ([]byte, error) {
			v, err := decode(b)
			if err != nil {
				return nil, err
			}
			return encode(nil, v), nil
		},
	}
}

func records() []record {
	transfer := filled[balance.Transfer]()
	transfer.Postings = nil
	change := filled[storage.Change]()
	change.ID, change.Created, change.Diff, change.Detail = storage.ChangeID{}, nil, nil, ""
	return []record{
		recordOf("user", AppendUser, DecodeUser, filled[user.User]()),
		recordOf("secret", AppendSecret, DecodeSecret, filled[user.Secret]()),
		recordOf("account", AppendAccount, DecodeAccount, filled[user.Account]()),
		recordOf("ref", AppendRef, DecodeRef, filled[user.Ref]()),
		recordOf("transfer", AppendTransfer, DecodeTransfer, transfer),
		recordOf("postings", AppendPostings, DecodePostings, filled[[]balance.Posting]()),
		recordOf("change", AppendChange, DecodeChange, change),
	}
}

func TestNoFieldIsForgotten(t *testing.T) {
	for _, r := range records() {
		t.Run(r.name, func(t *testing.T) {
			if d := r.diff(); d != "" {
				t.Errorf("decoded value differs (-want +got):\n%s", d)
			}
		})
	}
	// go-cmp asks Equal methods, which could forget a field too.
	u, got := filled[user.User](), user.User{}
	if got, _ = DecodeUser(AppendUser(nil, u)); !slices.Equal(AppendUser(nil, got), AppendUser(nil, u)) {
		t.Error("a user decoded and encoded again is other bytes")
	}
}

func TestZeroIsOneByte(t *testing.T) {
	for _, r := range records() {
		if len(r.zero) != 1 || r.zero[0] != version {
			t.Errorf("%s: the zero value is % x", r.name, r.zero)
		}
		if b, err := r.again(r.zero); err != nil || !slices.Equal(b, r.zero) {
			t.Errorf("%s: the zero value comes back as % x, %v", r.name, b, err)
		}
	}
}

func TestTimes(t *testing.T) {
	for _, want := range []time.Time{
		{}, time.UnixMicro(0).UTC(), time.UnixMicro(-1).UTC(), time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC),
		time.Date(2025, 6, 22, 12, 0, 0, 0, time.FixedZone("CEST", 7200)),
	} {
		got, err := DecodeChange(AppendChange(nil, storage.Change{At: want}))
		if err != nil || !got.At.Equal(want) || got.At.IsZero() != want.IsZero() || got.At.Location() != time.UTC {
			t.Errorf("%v came back as %v, %v", want, got.At, err)
		}
	}
}

func TestNumbersAtTheirEnds(t *testing.T) {
	ends := []int64{math.MinInt64, -1, 0, 1, 1 << 53, 1<<53 + 1, math.MaxInt64}
	for _, n := range ends {
		u := user.User{ID: user.ID(n), Capacity: user.Capacity{MaxChats: int(n), MaxAsyncChats: user.Some(int(n))}}
		u.Version, u.Capacity.Skills = user.Revision(n), user.IDsOf(user.SkillID(n))
		u.Access.Groups = user.IDsOf[user.GroupID](math.MinInt64, -5, 0, 7, math.MaxInt64)
		got, err := DecodeUser(AppendUser(nil, u))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(u, got); d != "" {
			t.Errorf("%d (-want +got):\n%s", n, d)
		}
	}
	absent, _ := DecodeUser(AppendUser(nil, user.User{}))
	if _, ok := absent.Capacity.MaxAsyncChats.Get(); ok {
		t.Error("an absent number came back present")
	}
}

// TestStoredBytes pins the format: what was written yesterday is read today. A record here may never change; new fields
// get new numbers.
func TestStoredBytes(t *testing.T) {
	stored := "\x01\x01\x0e\x02\x03\x03\x03kim\x06\x02\x07\x0e\x03a\x00\xff\x1a\x08\x1b\x00\x1e\x02\x05\x02" +
		"\x20\x09\x08\x01\x04chat\x02\x02\x33\x03\x3c\x02"
	want := user.User{
		ID: 7, Version: 3, Identity: user.Identity{Login: "kim", Kind: user.Bot, APIUser: true},
		Contact: user.Contact{Email: "a\x00\xff"},
		Capacity: user.Capacity{
			MaxChats: 4, MaxAsyncChats: user.Some(0), Skills: user.IDsOf[user.SkillID](5, 7),
			Reservations: user.ListOf(user.Reservation{Channel: "chat", Until: time.UnixMicro(1).UTC()}),
		},
		Access:    user.Access{Roles: user.RolesOf(user.Admin, user.Agent)},
		Lifecycle: user.Lifecycle{Created: time.UnixMicro(1).UTC()},
	}
	got, err := DecodeUser([]byte(stored))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if b := AppendUser(nil, want); string(b) != stored {
		t.Errorf("encoded as %q", b)
	}
}

func TestRefused(t *testing.T) {
	for name, b := range map[string]string{
		"nothing":                      "",
		"a later version":              "\x02",
		"a later field":                "\x01\x7f\x01",
		"field 0":                      "\x01\x00",
		"descending fields":            "\x01\x02\x01\x01\x01",
		"a field twice":                "\x01\x02\x01\x02\x01",
		"a text longer than the rest":  "\x01\x03\x09kim",
		"a number without an end":      "\x01\x02\x80",
		"a number beyond 64 bits":      "\x01\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
		"a kind beyond its type":       "\x01\x06\x80\x02",
		"a set whose last id is cut":   "\x01\x1e\x02\x05\x80",
		"an item longer than the list": "\x01\x20\x02\x09\x01",
		"an item with a later field":   "\x01\x20\x03\x02\x05\x01",
	} {
		if u, err := DecodeUser([]byte(b)); !errors.Is(err, ErrMalformed) || !u.Equal(user.User{}) {
			t.Errorf("%s: got %v, %v", name, u, err)
		}
	}
	for name, b := range map[string]string{
		"a currency that is none":    "\x01\x07\x02\x08\x03xxx",
		"an amount without currency": "\x01\x07\x02",
		"a short fingerprint":        "\x01\x0c\x01x",
		"a long fingerprint":         "\x01\x0c\x21" + string(make([]byte, 33)),
	} {
		if _, err := DecodeTransfer([]byte(b)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// FuzzDecode proves that no bytes make a decoder panic, and that what one accepts stays the same from then on.
func FuzzDecode(f *testing.F) { decodeAnything(f, records()) }

func BenchmarkUser(b *testing.B) { bothWays(b, AppendUser, DecodeUser) }

// decodeAnything fuzzes the decoders of all types.
func decodeAnything(f *testing.F, list []record) {
	for i, r := range list {
		f.Add(uint8(i), r.filled)
		f.Add(uint8(i), r.filled[:len(r.filled)/2])
	}
	f.Fuzz(func(t *testing.T, which uint8, b []byte) {
		r := list[int(which)%len(list)]
		once, err := r.again(b)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("%s: error %v", r.name, err)
			}
			return
		}
		twice, err := r.again(once)
		if err != nil || !slices.Equal(once, twice) {
			t.Fatalf("%s: %q became %q, %v", r.name, once, twice, err)
		}
	})
}

// bothWays measures a user who has everything.
func bothWays(b *testing.B, encode func([]byte, user.User) []byte, decode func([]byte) (user.User, error)) {
	u := filled[user.User]()
	body := encode(nil, u)
	b.Run("encode", func(b *testing.B) {
		buf := make([]byte, 0, 2*len(body))
		for b.Loop() {
			buf = encode(buf[:0], u)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportMetric(float64(len(body)), "bytes")
		for b.Loop() {
			if _, err := decode(body); err != nil {
				b.Fatal(err)
			}
		}
	})
}
