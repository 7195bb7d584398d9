package storagetest

import (
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

func statementCases() []Case {
	return []Case{
		{"Statement/Order", "Statement lists the entries of one holder and of no other, newest first: transfers descending, " +
			"and the postings of one descending", testStatementOrder},
		{"Statement/Paging", "Statement lists what is older than a place, whether or not an entry is there, at most limit; the " +
			"zero EntryID is the newest end", testStatementPaging},
	}
}

// busyLedger returns a ledger for tests of statements. It has funding from the world, payments from
// the account to one and to several users, and payments from a user to the account. The ids of its
// transfers have gaps.
func busyLedger() *ledger {
	l := newLedger()
	l.fund(1_000_000)
	for i := range balance.Units(12) {
		switch i % 4 {
		case 0:
			l.pay(10+i, 1, 2, 3, 4, 5, 6, 7)
		case 1:
			l.move(balance.Transferring, 3, 2, balance.Account)
		case 2:
			l.pay(5, 1)
		case 3:
			l.last += 10 // numbers may have gaps
			l.fund(i)
		}
	}
	return l
}

func (h *harness) post(l *ledger) {
	h.Helper()
	h.update(acme, func(x tx) {
		for _, t := range l.posted {
			x.post(t)
		}
	})
}

func testStatementOrder(t testing.TB, open Open) {
	h := start(t, open)
	l := busyLedger()
	h.post(l)
	h.both(acme, func(x tx) {
		for holder := balance.Account; holder <= 9; holder++ {
			x.same(x.statement(holder, storage.EntryID{}, 0), l.statement(holder), "Statement of "+holder.String())
		}
	})
}

// testStatementPages reads the whole statement of holder in pages of limit entries, and compares it
// with the statement of ledger l. It ends the test if the entries differ, if a page has more than
// limit entries, or after an error.
func testStatementPages(x tx, l *ledger, holder balance.Holder, limit int) {
	x.Helper()
	want := l.statement(holder)
	var walked []balance.Entry
	var before storage.EntryID
	for len(walked) <= len(want) {
		page := x.statement(holder, before, limit)
		if len(page) == 0 {
			break
		}
		if len(page) > limit {
			x.Fatalf("Statement with limit %d returns %d entries", limit, len(page))
		}
		walked = append(walked, page...)
		before = storage.EntryIDOf(page[len(page)-1])
	}
	x.same(walked, want, fmt.Sprintf("the statement of %s in pages of %d", holder, limit))
}

func testStatementPaging(t testing.TB, open Open) {
	h := start(t, open)
	l := busyLedger()
	h.post(l)
	h.both(acme, func(x tx) {
		for _, holder := range []balance.Holder{balance.Account, 1, 2, 7, 99} {
			for _, limit := range []int{1, 2, 3, 5, storage.MaxPage} {
				testStatementPages(x, l, holder, limit)
			}
			for transfer := balance.TransferID(1); transfer <= l.last+1; transfer++ {
				for _, index := range []int{0, 1, 3, 1000} {
					before := storage.EntryID{Transfer: transfer, Index: index}
					var want []balance.Entry
					for _, e := range l.statement(holder) {
						if storage.EntryIDOf(e).Less(before) {
							want = append(want, e)
						}
					}
					x.same(x.statement(holder, before, 0), want, fmt.Sprintf("Statement of %s before %+v", holder, before))
				}
			}
		}
	})
}
