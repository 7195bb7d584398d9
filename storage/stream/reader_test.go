package stream_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
)

// small returns the lines of a stream with one record of each type, in batches of two.
func small(t testing.TB) []string {
	s := memstore.New()
	defer s.Close()
	update(t, s, "a", func(ctx context.Context, w storage.Writer) error {
		u := user.User{ID: 1, Identity: user.Identity{Login: "kim"}}
		book := ledger{}
		return errors.Join(
			w.PutAccount(ctx, user.Account{ID: "a", Currency: "USD"}),
			w.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: 1, Name: "s"}),
			w.PutUser(ctx, u), w.PutSecret(ctx, 1, user.SecretOf("hash", at(0))),
			w.PutUser(ctx, user.User{
				ID: 2, Identity: user.Identity{Login: "lee"}, Access: user.Access{Roles: user.RolesOf("team_lead")},
				Custom: user.Custom{}.With("site", user.TextValue("Riga")),
			}),
			w.PostTransfer(ctx, book.move(balance.Funding, balance.World, 9, balance.Account)),
			w.PostTransfer(ctx, book.move(balance.Transferring, balance.Account, 4, 1)),
			w.AppendChange(ctx, storage.Change{Type: storage.UserCreated, UserID: 1, Created: &u}),
		)
	})
	lines := strings.SplitAfter(string(exported(t, s, stream.Batch(2))), "\n")
	return lines[:len(lines)-1]
}

var anySum = regexp.MustCompile(`,?"sha256":"[0-9a-f]*"`)

// resum makes the checksums of changed lines right again.
func resum(lines []string) []string {
	all, one := sha256.New(), sha256.New()
	lines = slices.Clone(lines)
	for i, l := range lines {
		switch bare := anySum.ReplaceAllString(l, ""); {
		case strings.HasPrefix(l, `{"type":"account"`):
			one.Reset()
			one.Write([]byte(l))
		case strings.HasPrefix(l, `{"type":"whole"`):
			one.Write([]byte(bare))
			lines[i] = strings.Replace(bare, "}", fmt.Sprintf(`,"sha256":"%x"}`, one.Sum(nil)), 1)
		case strings.HasPrefix(l, `{"type":"sum"`), strings.HasPrefix(l, `{"type":"end"`):
			lines[i] = strings.Replace(bare, "}", fmt.Sprintf(`,"sha256":"%x"}`, all.Sum(nil)), 1)
		default:
			one.Write([]byte(l))
		}
		all.Write([]byte(lines[i]))
	}
	return lines
}

func join(lines []string) []byte { return []byte(strings.Join(lines, "")) }

func TestResumOfWhatIsRightChangesNothing(t *testing.T) {
	lines := small(t)
	if got := resum(lines); !slices.Equal(got, lines) {
		t.Errorf("got\n%swant\n%s", join(got), join(lines))
	}
	if n := len(lines); n < 14 {
		t.Errorf("only %d lines", n)
	}
}

// TestReaderRefuses: what is wrong is named, with its line, and no account of it is ever there.
func TestReaderRefuses(t *testing.T) {
	replace := func(old, new string) func([]string) []string {
		return func(lines []string) []string {
			all := string(join(lines))
			if !strings.Contains(all, old) {
				panic("no " + old)
			}
			changed := strings.SplitAfter(strings.Replace(all, old, new, 1), "\n")
			return changed[:len(changed)-1]
		}
	}
	find := func(lines []string, part string) int {
		return slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, part) })
	}
	resummed := func(change func([]string) []string) func([]string) []string {
		return func(lines []string) []string { return resum(change(lines)) }
	}
	swap := func(a, b string) func([]string) []string {
		return func(lines []string) []string {
			i, j := find(lines, a), find(lines, b)
			lines[i], lines[j] = lines[j], lines[i]
			return resum(lines)
		}
	}
	drop := func(part string) func([]string) []string {
		return func(lines []string) []string {
			i := find(lines, part)
			return slices.Delete(lines, i, i+1)
		}
	}
	for what, c := range map[string]struct {
		change func([]string) []string
		want   error
		line   string // a part of it as it was; "": any
	}{
		"nothing":                      {func([]string) []string { return nil }, stream.ErrTruncated, "head"},
		"something else":               {func([]string) []string { return []string{"hello\n", "world\n"} }, stream.ErrFormat, "head"},
		"something without lines":      {func([]string) []string { return []string{"\x00\x01"} }, stream.ErrFormat, "head"},
		"another format":               {replace("roster accounts", "other"), stream.ErrFormat, "head"},
		"a later version":              {replace(`"version":3`, `"version":4`), stream.ErrVersion, "head"},
		"an earlier version":           {replace(`"version":3`, `"version":2`), stream.ErrVersion, "head"},
		"no version":                   {replace(`"version":3,`, ``), stream.ErrVersion, "head"},
		"a version that is a text":     {replace(`"version":3`, `"version":"2"`), stream.ErrRecord, "head"},
		"a head with more":             {replace(`"version":3`, `"version":3,"more":1`), stream.ErrRecord, "head"},
		"fewer accounts than there":    {resummed(replace(`"version":3,"accounts":1`, `"version":3,"accounts":2`)), stream.ErrChecksum, `"end"`},
		"accounts below 0":             {replace(`"version":3,"accounts":1`, `"version":3,"accounts":-1`), stream.ErrRecord, "head"},
		"another user":                 {replace("lee", "lea"), stream.ErrChecksum, ""},
		"another password":             {replace(`"hash":"hash"`, `"hash":"mine"`), stream.ErrChecksum, ""},
		"a wrong checksum":             {replace(`"sha256":"`, `"sha256":"0000`), stream.ErrRecord, `"sum"`},
		"a missing record":             {drop("lee"), stream.ErrChecksum, ""},
		"a missing batch end":          {drop(`"sum"`), stream.ErrChecksum, ""},
		"a missing end":                {drop(`"end"`), stream.ErrTruncated, ""},
		"a missing account line":       {drop(`"account"`), stream.ErrOrder, ""},
		"a type that there is not":     {resummed(replace(`"type":"ref"`, `"type":"rex"`)), stream.ErrRecord, `"type":"ref"`},
		"no type":                      {resummed(replace(`"type":"ref",`, ``)), stream.ErrRecord, `"type":"ref"`},
		"a line that is no object":     {resummed(replace(`{"type":"ref"`, `["type":"ref"`)), stream.ErrRecord, `"type":"ref"`},
		"a record without its body":    {resummed(replace(`"ref":{`, `"rex":{`)), stream.ErrRecord, `"type":"ref"`},
		"a member that there is not":   {resummed(replace(`"type":"ref"`, `"type":"ref","more":1`)), stream.ErrRecord, `"type":"ref"`},
		"a member that is there twice": {resummed(replace(`"type":"ref"`, `"type":"ref","type":"ref"`)), stream.ErrRecord, `"type":"ref"`},
		"a field that there is not":    {resummed(replace(`"login":"kim"`, `"login":"kim","later":1`)), stream.ErrRecord, "kim"},
		"a role that can be no name":   {resummed(replace(`"roles":["team_lead"]`, `"roles":["Team Lead"]`)), stream.ErrRecord, "lee"},
		"a custom name that is none":   {resummed(replace(`"custom":{"site":`, `"custom":{"Site":`)), stream.ErrRecord, "lee"},
		"a fraction":                   {resummed(replace(`"amount":"0.0004"`, `"amount":"0.00045"`)), stream.ErrRecord, `"amount":"0.0004"`},
		"a balance that is a number":   {resummed(replace(`"balance":"0.0004"`, `"balance":4`)), stream.ErrRecord, "kim"},
		"an id beyond 64 bits":         {resummed(replace(`"user":2`, `"user":20000000000000000000`)), stream.ErrRecord, `"account"`},
		"an id below 0":                {resummed(replace(`"user":2`, `"user":-2`)), stream.ErrRecord, `"account"`},
		"an account without an id":     {resummed(replace(`"account":"a",`, ``)), stream.ErrRecord, `"account"`},
		"revision 0":                   {resummed(replace(`"revision":1`, `"revision":0`)), stream.ErrRecord, `"account"`},
		"changes lost after the last":  {resummed(replace(`"revision":1`, `"revision":1,"compacted":{"revision":2,"index":0}`)), stream.ErrRecord, `"account"`},
		"users out of order":           {swap("kim", "lee"), stream.ErrOrder, ""},
		"a user twice":                 {resummed(replace(`"id":2`, `"id":1`)), stream.ErrOrder, "lee"},
		"a transfer before its payee":  {swap("kim", `"amount":"0.0004"`), stream.ErrOrder, ""},
		"transfers out of order":       {swap(`"amount":"0.0009"`, `"amount":"0.0004"`), stream.ErrOrder, ""},
		"settings before the rest":     {swap(`"settings"`, `"type":"ref"`), stream.ErrOrder, ""},
		"a head in the middle":         {func(l []string) []string { return resum(slices.Insert(l, 3, l[0])) }, stream.ErrOrder, ""},
		"an account inside another":    {func(l []string) []string { return resum(slices.Insert(l, 3, l[1])) }, stream.ErrOrder, ""},
		"a second end":                 {func(l []string) []string { return append(l, l[len(l)-1]) }, stream.ErrOrder, ""},
		"a count that is wrong":        {resummed(replace(`"refs":1,"users":2`, `"refs":1,"users":3`)), stream.ErrChecksum, `"whole"`},
		"a sum of money that is wrong": {resummed(replace(`"userBalances":"0.0004"`, `"userBalances":"0.0005"`)), stream.ErrChecksum, `"whole"`},
		"bytes that are not UTF-8":     {resummed(replace("lee", "l\xff")), stream.ErrRecord, "lee"},
	} {
		lines := small(t)
		whole := find(lines, c.line) + 1
		changed := c.change(slices.Clone(lines))
		to := newStore(t)
		_, err := stream.Import(t.Context(), bytes.NewReader(join(changed)), to)
		var detail *stream.LineError
		if errors.Is(err, storage.ErrConflict) { // the storage noticed it before the reader
			_, err = stream.Check(t.Context(), bytes.NewReader(join(changed)))
		}
		if !errors.Is(err, c.want) || !errors.As(err, &detail) || c.line != "" && detail.Line != int64(whole) {
			t.Errorf("%s: %v, want %v in line %d", what, err, c.want, whole)
		}
		if _, checked := stream.Check(t.Context(), bytes.NewReader(join(changed))); !errors.Is(checked, c.want) {
			t.Errorf("%s: Check says %v", what, checked)
		}
		list, err := to.Accounts(t.Context(), storage.NotDeleted, "", 0)
		must(t, err)
		if atEnd := strings.Contains(c.line, "end") || what == "a missing end" || what == "a second end"; len(list) > 0 != atEnd {
			t.Errorf("%s: accounts are %q", what, list)
		}
	}
}

// TestEveryByteCounts: whichever byte is changed, and wherever the stream is cut off, it is
// noticed.
func TestEveryByteCounts(t *testing.T) {
	good := join(small(t))
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 1
		if _, err := stream.Check(t.Context(), bytes.NewReader(bad)); err == nil {
			t.Errorf("byte %d, %q, is not missed", i, good[i])
		}
		if i%5 != 0 && good[i] != '\n' {
			continue
		}
		if _, err := stream.Check(t.Context(), bytes.NewReader(good[:i])); !errors.Is(err, stream.ErrTruncated) && !errors.Is(err, stream.ErrFormat) {
			t.Errorf("cut off at byte %d: %v", i, err)
		}
	}
	_, err := stream.Check(t.Context(), iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(good))))
	if !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("a reader that fails: %v", err)
	}
	_, err = stream.Check(t.Context(), io.MultiReader(bytes.NewReader(good), iotest.ErrReader(errFull)))
	if !errors.Is(err, errFull) {
		t.Errorf("a reader that fails behind the end: %v", err)
	}
	_, err = stream.Check(t.Context(), iotest.OneByteReader(bytes.NewReader(good)))
	must(t, err)
	_, err = stream.Check(t.Context(), bytes.NewReader(exported(t, newStore(t)))) // of no account
	must(t, err)
}

var errFull = errors.New("full")

// TestWriterFails: an error of the writer is returned, at the end and before.
func TestWriterFails(t *testing.T) {
	for _, s := range []storage.Storage{newStore(t), world(t)} {
		in, out := io.Pipe()
		in.CloseWithError(errFull)
		if _, err := stream.Export(t.Context(), s, out); !errors.Is(err, errFull) {
			t.Error(err)
		}
	}
}

// TestCancelled: a context that is done ends every call.
func TestCancelled(t *testing.T) {
	s := world(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	good := exported(t, s)
	for what, err := range map[string]error{
		"Export": errorOf(stream.Export(ctx, s, &bytes.Buffer{})),
		"Import": errorOf(stream.Import(ctx, bytes.NewReader(good), newStore(t))),
		"Check":  errorOf(stream.Check(ctx, bytes.NewReader(good))),
		"Copy":   errorOf(stream.Copy(ctx, s, newStore(t))),
		"Verify": errorOf(stream.Verify(ctx, s, newStore(t))),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// FuzzImport proves that no bytes make the reader panic, and that what it takes is an export's
// equal.
func FuzzImport(f *testing.F) {
	lines := small(f)
	f.Add(join(lines))
	for i := range lines {
		f.Add(join(slices.Delete(slices.Clone(lines), i, i+1)))
		f.Add(join(resum(slices.Delete(slices.Clone(lines), i, i+1))))
	}
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		read, err := stream.Check(t.Context(), bytes.NewReader(b))
		if err != nil {
			var detail *stream.LineError
			if !errors.As(err, &detail) {
				t.Fatalf("an error without a line: %v", err)
			}
			return
		}
		to := newStore(t)
		if _, err := stream.Import(t.Context(), bytes.NewReader(b), to); err != nil {
			return // the checksums are right and the storage refuses what it says
		}
		if again, err := stream.Check(t.Context(), bytes.NewReader(exported(t, to))); err != nil || len(again) != len(read) {
			t.Fatalf("%d accounts, exported again %d, %v", len(read), len(again), err)
		}
	})
}
