package balance

import "testing"

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
