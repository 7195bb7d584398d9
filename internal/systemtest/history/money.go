package history

import (
	"slices"

	"github.com/ca74b63c/roster/user"
)

// transferred applies a transfer to a model account: it moves o.amount from the account to each
// user of o.users, or back if the amount is negative. It returns the expected result and the
// account after the call. A lenient transfer skips users if the payer has too little money. A
// repeated key returns the first result. Faults: keyConflict, notFound, noMoney; then the account
// is unchanged.
func transferred(s account, o operation) (answer, account) {
	if r, ok := s.receipt(o.key); ok {
		if !r.operation.asks(o) {
			return answer{fault: keyConflict}, s
		}
		a := r.answer
		a.replayed, a.revision = true, s.revision
		if !r.moved {
			a.funds = s.funds
		}
		return a, s
	}
	for _, id := range o.users {
		if _, ok := s.living(id); !ok {
			return answer{fault: notFound}, s
		}
	}
	if !o.lenient && !s.affords(o) {
		return answer{fault: noMoney}, s
	}
	after := s
	after.revision++
	var a answer
	for _, id := range o.users {
		p, _ := after.living(id)
		if after.funds-o.amount < 0 || p.funds+o.amount < 0 {
			continue
		}
		after.funds -= o.amount
		p.funds += o.amount
		after = after.with(p)
		a.after = append(a.after, holding{id, p.funds})
	}
	a.revision, a.funds = after.revision, after.funds
	if o.key != "" {
		after.receipts = append(slices.Clip(after.receipts), receipt{o, len(a.after) > 0, a})
	}
	return a, after
}

// affords reports whether each payer of the transfer o has enough money.
func (s account) affords(o operation) bool {
	if o.amount > 0 {
		return s.funds >= o.amount*int64(len(o.users))
	}
	return !slices.ContainsFunc(o.users, func(id user.ID) bool {
		p, _ := s.living(id)
		return p.funds+o.amount < 0
	})
}

func (s account) receipt(key string) (receipt, bool) {
	for _, r := range s.receipts {
		if key != "" && r.operation.key == key {
			return r, true
		}
	}
	return receipt{}, false
}

// asks reports whether o and p request the same transfer.
func (o operation) asks(p operation) bool {
	return o.amount == p.amount && o.lenient == p.lenient && slices.Equal(o.users, p.users)
}
