package storage_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/filled"
	"github.com/ca74b63c/roster/user"
)

// form is a type with a public JSON form.
type form struct {
	name   string
	fill   func(filled.Filler) any
	encode func(any) ([]byte, error)
	decode func([]byte) (any, error)
}

func formOf[T any](name string) form {
	return form{
		name,
		func(f filled.Filler) any {
			var v T
			f.Fill(reflect.ValueOf(&v).Elem())
			return v
		},
		func(v any) ([]byte, error) { return json.Marshal(v) },
		func(b []byte) (any, error) {
			var v T
			err := json.Unmarshal(b, &v)
			return v, err
		},
	}
}

var forms = []form{
	formOf[user.User]("User"), formOf[user.Account]("Account"), formOf[user.Reference]("Reference data"),
	formOf[balance.Transfer]("Transfer"), formOf[storage.Change]("Change"), formOf[storage.Counters]("Counters"),
	formOf[storage.Delivery]("Delivery"), formOf[storage.DeadLetter]("Dead letter"),
	{
		"Secret",
		func(f filled.Filler) any { return filled.Of[user.Secret](f.N, f.Texts) },
		func(v any) ([]byte, error) { return user.MarshalSecret(v.(user.Secret)) },
		func(b []byte) (any, error) { return user.UnmarshalSecret(b) },
	},
}

// whole returns a value in which no field is zero.
func (f form) whole(seed int) any {
	return f.fill(filled.Filler{N: seed * 1009, Texts: []string{` <&"\é😀`}})
}

// equal compares to the last field. A secret shows reflection nothing of what it holds.
func equal(a, b any) bool {
	if s, ok := a.(user.Secret); ok {
		return s.Equal(b.(user.Secret))
	}
	return reflect.DeepEqual(a, b) || cmp.Equal(a, b) // which ignores the date of no assignment
}

// FuzzRecordsReadBack: what is encoded and decoded is the same, or says why it cannot be encoded.
func FuzzRecordsReadBack(f *testing.F) {
	for i, text := range []string{"", "a", `"\ufffd\u0000<`, "\uFFFD\u2028", "\xff", "a\x00", "e\u0301😀\x01"} {
		f.Add(uint64(i), text, i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string, sparse bool) {
		fine := strings.ToValidUTF8(text, "") == text && !strings.Contains(text, "\x00")
		for _, form := range forms {
			want := form.fill(filled.Filler{N: int(seed % 1e12), Texts: []string{text}, Sparse: sparse})
			b, err := form.encode(want)
			if err != nil && fine {
				t.Fatalf("%s: %v", form.name, err)
			}
			if err != nil {
				continue
			}
			got, err := form.decode(b)
			if err != nil || !equal(got, want) {
				t.Fatalf("%s: %s\nreads as %+v\nwant %+v, %v", form.name, b, got, want, err)
			}
		}
	})
}

// FuzzDecodeRecord: any bytes give an error, or a value that reads back.
func FuzzDecodeRecord(f *testing.F) {
	for i, form := range forms {
		for seed := range 3 {
			if b, err := form.encode(form.whole(seed)); err == nil {
				f.Add(i, b)
			}
		}
		f.Add(i, []byte(`{"at":"2024-01-01T00:00:00.1234567Z","id":1e9,"x":"\ud800"}`))
	}
	f.Fuzz(func(t *testing.T, i int, in []byte) {
		form := forms[uint(i)%uint(len(forms))]
		v, err := form.decode(in)
		if err != nil {
			return
		}
		b, err := form.encode(v)
		if err != nil {
			t.Fatalf("%s: %s is read and not written: %v", form.name, in, err)
		}
		if again, err := form.decode(b); err != nil || !equal(again, v) {
			t.Fatalf("%s: %s\nis written as %s\nand reads as %+v, %v", form.name, in, b, again, err)
		}
	})
}

func TestZeroRecordsReadBack(t *testing.T) {
	for i, want := range []string{
		`{"id":0,"version":0,"identity":{"login":"","kind":"human"},"presence":{"status":"OFFLINE"},"access":{"roles":[]}}`,
		`{"id":"","version":0,"currency":""}`,
		`{"kind":"","id":0,"version":0,"name":""}`,
		`{"id":0,"kind":"","currency":""}`,
		`{"id":{"revision":0,"index":0},"at":"0001-01-01T00:00:00Z","type":""}`,
		`{"revision":0}`,
		`{"name":""}`,
		`{"change":{"id":{"revision":0,"index":0},"at":"0001-01-01T00:00:00Z","type":""},"attempts":0}`,
		`{}`,
	} {
		zero, err := forms[i].decode([]byte(`{}`))
		b, encoded := forms[i].encode(zero)
		again, decoded := forms[i].decode(b)
		if errors.Join(err, encoded, decoded) != nil || string(b) != want || !reflect.ValueOf(zero).IsZero() || !equal(again, zero) {
			t.Errorf("%s: %s, want %s, %v, %v, %v", forms[i].name, b, want, err, encoded, decoded)
		}
	}
	money, _ := balance.FromUnits(0, "USD")
	b, err := json.Marshal(balance.Transfer{Requested: money})
	var got balance.Transfer
	if err != nil || json.Unmarshal(b, &got) != nil || got.Requested != money {
		t.Errorf("%s reads as %v, %v", b, got.Requested, err)
	}
}

func TestTimesAreWrittenInUTCToTheMicrosecond(t *testing.T) {
	zone := time.FixedZone("x", 3600)
	at := time.Date(2025, 6, 22, 12, 0, 0, 123456789, zone)
	u := user.User{Presence: user.Presence{Since: at}, Management: user.Management{ManagerOf: user.ListOf(user.Assignment{Group: 1, Since: at})}}
	for _, v := range []any{
		u, user.Account{Created: at}, balance.Transfer{At: at}, storage.Change{At: at}, storage.Change{Created: &u},
	} {
		if b, err := json.Marshal(v); err != nil || !bytes.Contains(b, []byte(`"2025-06-22T11:00:00.123456Z"`)) {
			t.Errorf("%s, %v", b, err)
		}
	}
	if u.Management.ManagerOf.Slice()[0].Since != at {
		t.Error("encoding a user changed the user")
	}
	if b, err := user.MarshalSecret(user.SecretOf("h", at)); err != nil || !bytes.Contains(b, []byte(`"2025-06-22T11:00:00.123456Z"`)) {
		t.Errorf("%s, %v", b, err)
	}
	var c storage.Change
	if err := json.Unmarshal([]byte(`{"at":"2025-06-22T12:00:00.5+01:00"}`), &c); err != nil || c.At != time.Date(2025, 6, 22, 11, 0, 0, 5e8, time.UTC) {
		t.Error(c.At, err)
	}
}

func TestWhatIsNoRecordIsRefused(t *testing.T) {
	late := time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, tt := range []struct {
		v    any
		says string
	}{
		{user.User{ID: 7, Identity: user.Identity{Kind: 9}}, "encoding user 7: user: there is no kind(9)"},
		{user.User{ID: 7, Presence: user.Presence{Status: 9}}, "there is no STATUS(9)"},
		{user.User{ID: 7, Access: user.Access{Roles: user.RolesOf("No Role")}}, `"?" is not a role`},
		{user.User{ID: 7, Names: user.Names{First: "\xff"}}, "encoding user 7: a text is not valid UTF-8"},
		{user.User{ID: 7, Names: user.Names{First: "\x00"}}, "encoding user 7: a text in the JSON has the control character NUL"},
		{user.User{ID: 7, Lifecycle: user.Lifecycle{Created: late}}, "encoding user 7: user: the time is not in the years 1 to 9999"},
		{user.Account{ID: "a", Name: "\xff"}, `encoding account "a": a text is not valid UTF-8`},
		{user.Reference{Kind: user.ReferenceSkill, ID: 3, Name: "\xff"}, "encoding skill 3: a text is not valid UTF-8"},
		{user.Reference{ID: 3, Kind: 77}, "encoding reference(77) 3: user: there is no reference(77)"},
		{user.Reference{Kind: user.ReferenceProfile, Profile: user.Profile{Role: "No Role"}}, `"No Role" is not a role`},
		{balance.Transfer{ID: 5, Kind: 9}, "encoding transfer 5: balance: no kind has the number 9"},
		{balance.Transfer{ID: 5, Postings: []balance.Posting{{From: -2}}}, "there is no holder(-2)"},
		{balance.Transfer{ID: 5, Postings: []balance.Posting{{Amount: math.MinInt64}}}, "encoding transfer 5: balance:"},
		{balance.Transfer{ID: 5, At: late}, "not in the years"},
		{storage.Change{ID: storage.ChangeID{Revision: 4}, At: late}, "encoding change 0 of revision 4: user: the time"},
		{storage.Change{Reason: "\xff"}, "a text is not valid UTF-8"},
		{storage.Change{ReferenceKind: 77}, "there is no reference(77)"},
		{storage.Change{Diff: []user.Difference{{Attribute: 200}}}, "there is no attribute(200)"},
		{storage.Change{Created: &user.User{ID: 7, Identity: user.Identity{Kind: 9}}}, "encoding user 7: user: there is no kind(9)"},
		{storage.Counters{Given: [storage.NumSequences]int64{2: 1}}, "there is no sequence(2)"},
	} {
		if b, err := json.Marshal(tt.v); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%d: %s, %v; want %s", i, b, err, tt.says)
		}
	}
	for _, tt := range []struct{ form, in, says string }{
		{"User", `{"id":1,"logn":"kim"}`, `decoding a user: json: unknown field "logn"`},
		{"User", `{"id":1,"preferences":{"campaigns":[{"name":"a","x":1}]}}`, `unknown field "x"`},
		{"User", `{"id":1,"id":2}`, `decoding a user: the JSON has the member "id" twice`},
		{"User", `{"names":{"first":"\u0000"}}`, `NUL`},
		{"User", "{\"names\":{\"first\":\"\xff\"}}", `not valid UTF-8`},
		{"User", `{"names":{"first":"\udc00"}}`, `surrogate`},
		{"User", `{"lifecycle":{"created":"2024-01-01T00:00:00.1234567Z"}}`, `finer than a microsecond`},
		{"User", `{"lifecycle":{"created":"0000-01-01T00:00:00Z"}}`, `years 1 to 9999`},
		{"User", `{"id":1.5}`, `decoding a user`},
		{"Account", `{"overdraft":"1.23456"}`, `decoding an account: user: "1.23456" is no amount with at most 4 decimals`},
		{"Account", `{"nameReuse":{"hold":"1h","x":true}}`, `unknown field "x"`},
		{"Reference data", `{"kind":"cat"}`, `decoding reference data: user: unknown kind of reference "cat"`},
		{"Transfer", `{"kind":"gift"}`, `decoding a transfer: balance: unknown kind "gift"`},
		{"Transfer", `{"skipped":[{"user":1,"reason":"late"}]}`, `balance: unknown skip reason "late"`},
		{"Transfer", `{"postings":[{"from":"user 7"}]}`, `balance: "user 7" is no holder`},
		{"Transfer", `{"postings":[{"amount":"1e5"}]}`, `decoding a transfer`},
		{"Transfer", `{"postings":[{"amount":5.67}]}`, `decoding a transfer`},
		{"Transfer", `{"currency":"USD","postings":[{"to":"7","amount":{"amount":"1","currency":"USD"},"fromAfter":{"amount":"0","currency":"USD"},"toAfter":{"amount":"1","currency":"USD"}}]}`, `posting 0: it lacks from`},
		{"Transfer", `{"currency":"USD","postings":[{"from":"7","amount":{"amount":"1","currency":"USD"},"fromAfter":{"amount":"0","currency":"USD"},"toAfter":{"amount":"1","currency":"USD"}}]}`, `posting 0: it lacks from`},
		{"Transfer", `{"currency":"USD","postings":[{"from":"7","to":"8","fromAfter":{"amount":"0","currency":"USD"},"toAfter":{"amount":"1","currency":"USD"}}]}`, `posting 0: it lacks from`},
		{"Transfer", `{"currency":"USD","postings":[{"from":"7","to":"8","amount":null,"fromAfter":{"amount":"0","currency":"USD"},"toAfter":{"amount":"1","currency":"USD"}}]}`, `posting 0: it lacks from`},
		{"Transfer", `{"currency":"USD","postings":[{"from":"7","to":"8","amount":{"amount":"1","currency":"USD"},"toAfter":{"amount":"1","currency":"USD"}}]}`, `posting 0: it lacks from`},
		{"Transfer", `{"currency":"USD","postings":[{"from":"7","to":"8","amount":{"amount":"1","currency":"USD"},"fromAfter":{"amount":"0","currency":"USD"}}]}`, `posting 0: it lacks from`},
		{"Transfer", `{"currency":"USD","postings":[{"from":"7","to":"8","amount":{"amount":"1","currency":"USD"},"amount":{"amount":"2","currency":"USD"},"fromAfter":{"amount":"0","currency":"USD"},"toAfter":{"amount":"1","currency":"USD"}}]}`, `"amount" twice`},
		{"Transfer", `{"currency":"USD","postings":[{"from":"7","to":"8","amount":{"amount":"99999999999999999999","currency":"USD"},"fromAfter":{"amount":"0","currency":"USD"},"toAfter":{"amount":"1","currency":"USD"}}]}`, `decoding a transfer: posting 0: balance`},
		{"Transfer", `{"currency":"USD","postings":[{"from":"7","to":"8","amount":{"amount":"1","currency":"EUR"},"fromAfter":{"amount":"0","currency":"USD"},"toAfter":{"amount":"1","currency":"USD"}}]}`, `balance: invalid currency: "EUR" where "USD" is expected`},
		{"Change", `{"diff":[{"attribute":"height"}]}`, `decoding a change: user: unknown attribute "height"`},
		{"Change", `{"diff":[{"attribute":"login","was":"a"}]}`, `unknown field "was"`},
		{"Change", `{"created":{"logn":1}}`, `unknown field "logn"`},
		{"Change", `{"before":null}`, `unknown field "before"`},
		{"Counters", `{"given":{"cat":1}}`, `decoding counters: unknown sequence "cat"`},
		{"Secret", `{"hash":"s3cret","x":1}`, `user: the bytes are not the JSON of a secret`},
	} {
		for _, form := range forms {
			if form.name != tt.form {
				continue
			}
			if v, err := form.decode([]byte(tt.in)); err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s: %s reads as %+v, %v; want %s", tt.form, tt.in, v, err, tt.says)
			}
		}
	}
}
