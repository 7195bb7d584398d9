package codec

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// form is one type of record as JSON.
type form struct {
	record
	binary func([]byte) ([]byte, error) // decodes, and encodes as the binary record that the storages keep
	want   []byte                       // the filled value as a binary record
}

func formOf[T any](name string, walk func(*fields, *T), want T) form {
	binary := func(v T) []byte { return encode(nil, &v, walk) }
	if name == "change" { // its own walk is for JSON alone
		binary = func(v T) []byte { return encodeJSON(nil, &v, walk) }
	}
	read := func(b []byte) (T, error) { return decodeJSON(b, walk) }
	return form{
		record: recordOf(name, func(b []byte, v T) []byte { return encodeJSON(b, &v, walk) }, read, want),
		want:   binary(want),
		binary: func(b []byte) ([]byte, error) {
			v, err := read(b)
			if err != nil {
				return nil, err
			}
			return binary(v), nil
		},
	}
}

func forms() []form {
	transfer := filled[balance.Transfer]()
	transfer.Postings = nil
	return []form{
		formOf("user", walkUser, filled[user.User]()),
		formOf("secret", walkSecret, filled[user.Secret]()),
		formOf("account", walkAccount, filled[user.Account]()),
		formOf("ref", walkRef, filled[user.Ref]()),
		formOf("transfer", walkTransfer, transfer),
		formOf("postings", walkPostings, filled[[]balance.Posting]()),
		formOf("change", walkWholeChange, filled[storage.Change]()),
	}
}

// TestJSONLosesNothing: what comes back is the same to the last bit, by the binary form, which TestNoFieldIsForgotten
// holds against the model.
func TestJSONLosesNothing(t *testing.T) {
	for _, r := range forms() {
		got, err := r.binary(r.filled)
		if err != nil || !slices.Equal(got, r.want) || !json.Valid(r.filled) {
			t.Errorf("%s: %s comes back as %q, want %q, %v", r.name, r.filled, got, r.want, err)
		}
		if got, err := r.again(r.zero); string(r.zero) != "{}" || string(got) != "{}" || err != nil {
			t.Errorf("%s: the zero value is %s and comes back as %s, %v", r.name, r.zero, got, err)
		}
	}
	change := filled[storage.Change]()
	got, err := DecodeChangeJSON(AppendChangeJSON(nil, change))
	if err != nil || got.ID != change.ID || got.Detail != change.Detail ||
		!got.Created.Equal(*change.Created) || !slices.Equal(got.Diff, change.Diff) {
		t.Errorf("a change comes back as %+v, %v", got, err)
	}
	empty := storage.Change{Created: &user.User{}} // not the same as none
	if got, err := DecodeChangeJSON(AppendChangeJSON(nil, empty)); err != nil || got.Created == nil {
		t.Errorf("an empty user after a change comes back as %+v, %v", got, err)
	}
	transfer := filled[balance.Transfer]()
	if got, err := DecodeTransferJSON(AppendTransferJSON(nil, transfer)); err != nil || !slices.Equal(got.Postings, transfer.Postings) {
		t.Errorf("a transfer comes back as %+v, %v", got, err)
	}
}

// TestJSONNamesEachFieldOnce: a name that two fields share would give one the value of the other.
func TestJSONNamesEachFieldOnce(t *testing.T) {
	for _, r := range forms() {
		d := json.NewDecoder(strings.NewReader(string(r.filled)))
		var seen []map[string]bool
		name := false
		for {
			token, err := d.Token()
			if err != nil {
				break
			}
			switch token := token.(type) {
			case json.Delim:
				switch token {
				case '{':
					seen, name = append(seen, map[string]bool{}), true
				case '[':
					seen, name = append(seen, nil), false
				default:
					seen = seen[:len(seen)-1]
					name = len(seen) > 0 && seen[len(seen)-1] != nil
				}
				continue
			case string:
				if name {
					if seen[len(seen)-1][token] {
						t.Errorf("%s: %q names two fields", r.name, token)
					}
					seen[len(seen)-1][token] = true
				}
			}
			if len(seen) > 0 && seen[len(seen)-1] != nil {
				name = !name
			}
		}
	}
}

// TestJSONForm pins the format: a stream that was written yesterday is read today.
func TestJSONForm(t *testing.T) {
	u := user.User{
		ID: 7, Version: math.MaxUint64, Identity: user.Identity{Login: "kim\n\"<é>", Kind: user.Bot, APIUser: true},
		Contact:  user.Contact{Email: "a\x00\xff"},
		Capacity: user.Capacity{MaxAsyncChats: user.Some(0), Skills: user.IDsOf[user.SkillID](-5, math.MaxInt64)},
		Lifecycle: user.Lifecycle{
			Created: time.UnixMicro(1).UTC(), Updated: time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
		},
	}
	u.Capacity.Reservations = user.ListOf(user.Reservation{Channel: "chat", Until: time.UnixMicro(-1)})
	const want = `{"id":7,"version":18446744073709551615,"login":"kim\u000a\"<é>","kind":"bot","apiUser":true,` +
		`"email":{"base64":"YQD/"},"maxAsyncChats":0,"skills":[-5,9223372036854775807],` +
		`"reservations":[{"channel":"chat","until":"1969-12-31T23:59:59.999999Z"}],` +
		`"created":"1970-01-01T00:00:00.000001Z","updated":"9999-12-31T23:59:59.999999Z"}`
	got := AppendUserJSON(nil, u)
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	back, err := DecodeUserJSON([]byte(want))
	if err != nil || !slices.Equal(AppendUser(nil, back), AppendUser(nil, u)) {
		t.Errorf("it comes back as %+v, %v", back, err)
	}
}

// TestJSONNames: an enumeration is its name; a number that has none, which a storage can hold, stays a number.
func TestJSONNames(t *testing.T) {
	for want, got := range map[string][]byte{
		`{"kind":"line_of_business","id":4,"role":"agent","givesRole":true}`: AppendRefJSON(nil, user.Ref{
			Kind: user.RefLineOfBusiness, ID: 4, Profile: user.Profile{Role: user.Agent, Gives: true},
		}),
		`{"kind":200}`: AppendRefJSON(nil, user.Ref{Kind: 200}),
		`{"status":"READY","granted":["admin","agent"],"roles":["agent",31]}`: AppendUserJSON(nil, user.User{
			Presence: user.Presence{Status: user.Ready},
			Access:   user.Access{Granted: user.RolesOf(user.Admin, user.Agent), Roles: user.RolesOf(user.Agent, 31)},
		}),
		`{"kind":"funding","skipped":[{"user":7,"reason":"user_short"}]}`: AppendTransferJSON(nil, balance.Transfer{
			Kind: balance.Funding, Skipped: []balance.Skip{{User: 7, Reason: balance.UserShort}},
		}),
		`{"ref":"skill"}`: AppendChangeJSON(nil, storage.Change{ReferenceKind: user.RefSkill}),
	} {
		if string(got) != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestJSONRefused(t *testing.T) {
	for _, b := range []string{
		"", "null", "[]", "7", `"x"`, "{", "{}x", `{"id":1}{}`, `{"later":1}`, `{"id":"1"}`, `{"id":1.0}`, `{"id":1e3}`, `{"id":null}`,
		`{"id":9223372036854775808}`, `{"kind":256}`, `{"kind":2}`, `{"kind":"robot"}`, `{"kind":""}`, `{"kind":{}}`, `{"roles":3}`, `{"roles":"admin"}`,
		`{"roles":[1]}`, `{"roles":[32]}`, `{"roles":["kind"]}`, `{"version":-1}`, `{"login":7}`, `{"login":null}`, `{"login":{}}`,
		`{"login":{"base64":"YQ"}}`, `{"login":{"base64":7}}`, `{"apiUser":false}`, `{"apiUser":1}`, `{"created":"yesterday"}`,
		`{"created":"2025-06-22T12:00:00.0000001Z"}`, `{"created":true}`, `{"maxAsyncChats":"0"}`, `{"skills":7}`, `{"skills":["a"]}`,
		`{"skills":null}`, `{"reservations":{}}`, `{"reservations":[7]}`, `{"reservations":[{"since":1}]}`, `{"reservations":null}`,
	} {
		if u, err := DecodeUserJSON([]byte(b)); !errors.Is(err, ErrMalformed) || !u.Equal(user.User{}) {
			t.Errorf("%s: got %v, %v", b, u, err)
		}
	}
	for _, b := range []string{`{"before":null}`, `{"after":7}`, `{"before":{"later":1}}`, `{"index":"0"}`} {
		if _, err := DecodeChangeJSON([]byte(b)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v", b, err)
		}
	}
}

// FuzzDecodeJSON proves the same of the JSON as FuzzDecode of the records.
func FuzzDecodeJSON(f *testing.F) {
	var list []record
	for _, r := range forms() {
		list = append(list, r.record)
	}
	decodeAnything(f, list)
}

func BenchmarkUserJSON(b *testing.B) { bothWays(b, AppendUserJSON, DecodeUserJSON) }
