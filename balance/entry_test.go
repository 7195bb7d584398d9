package balance

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGoldenStatement plays a short history and prints each holder's statement of it.
func TestGoldenStatement(t *testing.T) {
	ledger := map[Holder]Units{}
	payee := func(id Holder, name string) Payee {
		u, _ := id.User()
		return Payee{ID: u, Name: name, Balance: ledger[id]}
	}
	var history []Transfer
	add := func(tr Transfer, err error) {
		t.Helper()
		for h, after := range planned(t)(tr, err).Balances() {
			ledger[h] = after
		}
		history = append(history, tr)
	}
	head := func(id TransferID) Header { return Header{ID: id, At: noon, Actor: 9} }
	send := func(id TransferID, amount string, strict bool, text string) (Transfer, error) {
		return Plan(Request{
			Header: head(id), Amount: usd(t, amount), Strict: strict, AccountDescription: text, AccountCurrency: "USD",
			Account: ledger[Account], Payees: []Payee{payee(2, "${user_id}"), payee(1, "ann")},
		})
	}
	add(PlanFunding(FundingRequest{
		Header: head(1), Amount: usd(t, "100.00"), AccountCurrency: "USD",
	}))
	add(send(2, "5.67", true, ""))
	add(send(3, "45", false, "bonus for ${user_name} (${user_id})"))
	add(send(4, "-6", false, ""))
	add(PlanReversal(ReversalRequest{
		Header: head(5), Original: history[1], Account: ledger[Account], AccountCurrency: "USD",
		Payees: []Payee{payee(1, "ann"), payee(2, "${user_id}")},
	}))
	add(PlanFunding(FundingRequest{
		Header: head(6), Amount: usd(t, "-0.0035"), Account: ledger[Account], AccountCurrency: "USD",
		AccountDescription: "Call 4711",
	}))
	var b strings.Builder
	for _, h := range []Holder{Account, 1, 2, World} {
		fmt.Fprintf(&b, "%s\n", h)
		for _, tr := range history {
			for e := range tr.Entries(h) {
				fmt.Fprintf(&b, "  %s.%d  %-12s %s %s %10s %10s %s  %-9s %s\n", e.Transfer, e.Index, e.Kind, e.Reverses,
					e.At.Format(time.TimeOnly), e.Delta.text(2), e.After.text(2), e.Currency, e.Counterpart, e.Description)
			}
		}
	}
	golden(t, "statement.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestATransferComesBackFromJSON(t *testing.T) {
	r := seedRequest(t)
	r.Strict, r.Account = false, 56_700
	lenient := plan(t, r)
	reversal := planned(t)(PlanReversal(seedReversal(t)))
	for _, tr := range []Transfer{lenient, reversal} {
		b, err := json.Marshal(tr)
		if err != nil {
			t.Fatal(err)
		}
		var back Transfer
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tr, back); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAnErasedUserLeavesTheLedgerWhole(t *testing.T) {
	tr := plan(t, seedRequest(t))
	got := tr.WithoutName(2)
	if err := got.Check(); err != nil {
		t.Error(err)
	}
	if got.Postings[0].Name != "ann" || got.Postings[1].Name != "" || tr.Postings[1].Name != "bob" {
		t.Errorf("names %q and %q, in the original %q", got.Postings[0].Name, got.Postings[1].Name, tr.Postings[1].Name)
	}
}

func TestEntryOfWhatIsNotThere(t *testing.T) {
	tr := plan(t, seedRequest(t))
	for _, at := range []struct {
		i    int
		side Side
	}{{-1, Debit}, {2, Credit}, {0, 2}} {
		if e, ok := tr.Entry(at.i, at.side); ok || e != (Entry{}) {
			t.Errorf("Entry(%d, %d) = %+v", at.i, at.side, e)
		}
	}
	for e := range tr.Entries(3) {
		t.Errorf("a stranger has %+v", e)
	}
}

func TestIterationCanStop(t *testing.T) {
	tr, seen := plan(t, seedRequest(t)), 0
	for range tr.Entries(Account) {
		seen++
		break
	}
	for range tr.Balances() {
		seen++
		break
	}
	for h := range tr.Balances() {
		if seen++; h != Account {
			break
		}
	}
	if seen != 4 {
		t.Errorf("saw %d", seen)
	}
}

func TestOnlyAUserIsAUser(t *testing.T) {
	for h, want := range map[Holder]user.ID{7: 7, Account: 0, World: 0, -2: 0} {
		if id, ok := h.User(); id != want || ok != (want != 0) {
			t.Errorf("%s: %d, %v", h, id, ok)
		}
		if id, ok := (Posting{From: h, To: Account}).User(); id != want || ok != (want != 0) {
			t.Errorf("a posting from %s: %d, %v", h, id, ok)
		}
	}
}

func TestNames(t *testing.T) {
	for want, got := range map[string]fmt.Stringer{
		"account": Account, "world": World, "user 7": HolderOf(7), "holder(-2)": Holder(-2),
		"funding": Funding, "transferring": Transferring, "reversing": Reversing, "returning": Returning, "kind(0)": Kind(0), "kind(9)": Kind(9),
		"account_short": AccountShort, "user_short": UserShort, "parent_accounting": ParentAccounting, "skip reason(0)": SkipReason(0), "12": TransferID(12),
	} {
		if got.String() != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestNamesComeBack(t *testing.T) {
	for n := range 10 {
		b, err := Kind(n).MarshalText()
		var k Kind
		if known := n <= 4; known != (err == nil) || known && (k.UnmarshalText(b) != nil || k != Kind(n)) {
			t.Errorf("kind %d: %q, %v, %d", n, b, err, k)
		}
		b, err = SkipReason(n).MarshalText()
		var r SkipReason
		if known := n <= 3; known != (err == nil) || known && (r.UnmarshalText(b) != nil || r != SkipReason(n)) {
			t.Errorf("skip reason %d: %q, %v, %d", n, b, err, r)
		}
	}
	k, r := Funding, UserShort
	if k.UnmarshalText([]byte("Funding")) == nil || r.UnmarshalText([]byte("x")) == nil || k != Funding || r != UserShort {
		t.Error("an unknown name was read")
	}
}

// "The following macro available: ${user_id}, ${user_name}"; a ruling: expanded once, never inside
// a name.
func TestMacrosExpandOnce(t *testing.T) {
	tests := []struct {
		name, template string
		h              Holder
		login, want    string
	}{
		{"the name", "To user: ${user_name}", 12, "ann", "To user: ann"},
		{"the id", "#${user_id}", 12, "ann", "#12"},
		{"both, twice", "${user_id}${user_name}${user_id}${user_name}!", 12, "ann", "12ann12ann!"},
		{"no macro", "bonus", 12, "ann", "bonus"},
		{"nothing", "", 12, "ann", ""},
		{"a name that contains a macro", "${user_name} ${user_id}", 12, "${user_id}", "${user_id} 12"},
		{"names that together make a macro", "${user_name}user_id}", 12, "${", "${user_id}"},
		{"a macro inside a macro", "${user_${user_id}}", 12, "ann", "${user_12}"},
		{"an unknown macro", "${user_password} $ {user_id} ${", 12, "ann", "${user_password} $ {user_id} ${"},
		{"upper case is another macro", "${USER_ID}", 12, "ann", "${USER_ID}"},
		{"no user, nothing to expand", "${user_name} ${user_id}", World, "ann", "${user_name} ${user_id}"},
		{"no name", "[${user_name}]", 12, "", "[]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Describe(tt.template, tt.h, tt.login); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What a caller may not read is left out: the counterpart's login in an entry, the balance in a
// shortage.
func TestWhatIsHiddenIsLeftOut(t *testing.T) {
	transfer := Transfer{
		ID: 3, Currency: "USD", AccountDescription: accountReceivesText, UserDescription: userPaysText,
		Postings: []Posting{{From: 7, To: Account, Amount: 5, ToAfter: 5, Name: "ann"}},
	}
	e, ok := transfer.Entry(0, Credit)
	hidden := e.WithoutName()
	if !ok || e.Description != "From user: ann" || hidden.Description != Describe(accountReceivesText, 7, "") {
		t.Errorf("%q becomes %q", e.Description, hidden.Description)
	}
	if e.Description = hidden.Description; e != hidden {
		t.Errorf("%+v, and without the name %+v", e, hidden)
	}

	s := Shortage{Holder: 7, Needed: 20_000, Available: 12_345, Currency: "USD"}
	bare := s.WithoutBalance()
	if *bare != (Shortage{Holder: 7, Needed: 20_000, Currency: "USD", Hidden: true}) {
		t.Errorf("got %+v", *bare)
	}
	if want := "balance: insufficient money: user 7 has less than 2 USD"; bare.Error() != want {
		t.Errorf("the error says %q, want %q", bare, want)
	}
	if s.Available != 12_345 || s.Hidden {
		t.Error("the shortage itself has changed")
	}
}
