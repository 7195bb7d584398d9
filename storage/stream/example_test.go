package stream_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
)

// desk returns a storage with one account of two users. One of them was paid 5.67.
func desk() *memstore.Store {
	s := memstore.New()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	_, err := s.Update(context.Background(), "acme", func(ctx context.Context, w storage.Writer) error {
		kim := user.User{ID: 1, Version: w.Next(), Identity: user.Identity{Login: "kim"}}
		lee := user.User{ID: 2, Version: w.Next(), Identity: user.Identity{Login: "lee"}}
		return errors.Join(
			w.PutAccount(ctx, user.Account{ID: "acme", Currency: "USD"}), w.PutUser(ctx, kim), w.PutUser(ctx, lee),
			w.PostTransfer(ctx, balance.Transfer{ID: 1, Kind: balance.Funding, At: now, Currency: "USD", Postings: []balance.Posting{
				{From: balance.World, To: balance.Account, Amount: 1_000_000, ToAfter: 1_000_000},
			}}),
			w.PostTransfer(ctx, balance.Transfer{ID: 2, Kind: balance.Transferring, At: now, Currency: "USD", Postings: []balance.Posting{
				{From: balance.Account, To: 1, Amount: 56_700, FromAfter: 943_300, ToAfter: 56_700},
			}}),
			w.AppendChange(ctx, storage.Change{At: now, Type: storage.UserCreated, UserID: 1, Created: &kim}),
		)
	})
	if err != nil {
		panic(err)
	}
	return s
}

// A storage is moved into another one, and both are compared.
func ExampleCopy() {
	ctx := context.Background()
	from, to := desk(), memstore.New()
	_, err := stream.Copy(ctx, from, to, stream.OnProgress(func(p stream.Progress) {
		fmt.Printf("%s: %d of about %d users\n", p.Account, p.Done.Users, p.Expected.Users)
	}))
	fmt.Println(err)

	same, err := stream.Verify(ctx, from, to)
	for _, a := range same {
		fmt.Printf("%s at revision %d: %+v, %s and %s, %x…\n", a.Account, a.Revision, a.Counts, a.Balance, a.Users, a.SHA256[:4])
	}
	fmt.Println(err)
	// Output:
	// acme: 2 of about 2 users
	// <nil>
	// acme at revision 1: {References:0 Users:2 Transfers:2 Changes:1}, 94.33 and 5.67, 252fde6d…
	// <nil>
}

// A stream is written and shown, with its checksums shortened.
func ExampleExport() {
	ctx := context.Background()
	var out bytes.Buffer // a file should have the mode 0600
	if _, err := stream.Export(ctx, desk(), &out); err != nil {
		fmt.Println(err)
	}
	for line := range strings.Lines(out.String()) {
		if head, sum, ok := strings.Cut(line, `"sha256":"`); ok {
			line = head + `"sha256":"` + sum[:8] + "…\"}\n"
		}
		os.Stdout.WriteString(line)
	}
	// Output: {"type":"head","format":"roster accounts","version":3,"accounts":1}
	// {"type":"account","account":"acme","counters":{"revision":1,"given":{"transfer":2,"user":2}}}
	// {"type":"user","user":{"id":1,"version":1,"identity":{"login":"kim","kind":"human"},"presence":{"status":"OFFLINE"},"access":{"roles":[]}},"balance":"5.67"}
	// {"type":"user","user":{"id":2,"version":1,"identity":{"login":"lee","kind":"human"},"presence":{"status":"OFFLINE"},"access":{"roles":[]}}}
	// {"type":"transfer","transfer":{"id":1,"kind":"funding","at":"2026-03-01T09:00:00Z","currency":"USD","postings":[{"from":"world","to":"account","amount":{"amount":"100.00","currency":"USD"},"fromAfter":{"amount":"0.00","currency":"USD"},"toAfter":{"amount":"100.00","currency":"USD"}}]}}
	// {"type":"transfer","transfer":{"id":2,"kind":"transferring","at":"2026-03-01T09:00:00Z","currency":"USD","postings":[{"from":"account","to":"1","amount":{"amount":"5.67","currency":"USD"},"fromAfter":{"amount":"94.33","currency":"USD"},"toAfter":{"amount":"5.67","currency":"USD"}}]}}
	// {"type":"change","change":{"id":{"revision":1,"index":0},"at":"2026-03-01T09:00:00Z","type":"user.created","userId":1,"created":{"id":1,"version":1,"identity":{"login":"kim","kind":"human"},"presence":{"status":"OFFLINE"},"access":{"roles":[]}}}}
	// {"type":"settings","settings":{"id":"acme","version":0,"currency":"USD"}}
	// {"type":"whole","refs":0,"users":2,"transfers":2,"changes":1,"balance":"94.33","userBalances":"5.67","sha256":"252fde6d…"}
	// {"type":"end","accounts":1,"sha256":"4f7c60ed…"}
}

// A damaged stream is refused, with the line, and leaves nothing behind.
func ExampleImport() {
	ctx := context.Background()
	var out bytes.Buffer
	if _, err := stream.Export(ctx, desk(), &out); err != nil {
		fmt.Println(err)
	}
	damaged := strings.Replace(out.String(), "kim", "kit", 1)

	to := memstore.New()
	_, err := stream.Import(ctx, strings.NewReader(damaged), to)
	fmt.Println(errors.Is(err, stream.ErrChecksum), err)
	there, err := to.Accounts(ctx, storage.NotDeleted, "", 0)
	fmt.Println(there, err)
	_, err = stream.Import(ctx, &out, to)
	fmt.Println(err)
	// Output:
	// true account "acme": line 9: stream: the checksum is wrong
	// [] <nil>
	// <nil>
}
