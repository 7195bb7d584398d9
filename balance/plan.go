package balance

import (
	"cmp"
	"math/bits"
	"slices"
)

// Validate returns nil if the parts of the request that do not depend on the account or its users
// are valid. Plan also calls it; a caller can refuse a request before the account is read.
//
// Errors, in this order: ErrLimits for the overdraft; ErrAmount if there is no amount, if the
// amount has more decimals than its currency, or if its magnitude is below 0.01; user.ErrTime for
// At; ErrText.
func (r Request) Validate() error {
	if r.Overdraft < 0 || r.Overdraft > MaxUnits {
		return ErrLimits
	}
	if r.Amount.currency == "" {
		return &AmountError{Fault: Missing}
	}
	digits := r.Amount.currency.Digits()
	if r.Amount.units.decimals() > digits {
		return &AmountError{Fault: TooFine, Decimals: digits}
	}
	if magnitude(r.Amount.units) < uint64(minimum) {
		return &AmountError{Fault: TooSmall, Minimum: minimum}
	}
	return r.check(r.AccountDescription, r.UserDescription)
}

// Plan plans a transfer between an account and its users. It returns the transfer with the postings
// and the balances after each posting. A positive amount goes from the account to each user, and a
// negative amount from each user to the account. A user that Payees contains twice takes part once.
// Plan changes nothing; a transfer that is not stored is a preview.
//
// If the request has a Selection, Plan skips every user with parent accounting. Without a
// Selection, a user with parent accounting can pay from their own balance, but cannot be paid. If
// the request is not strict, Plan skips each user whose posting the payer cannot pay. Skipped holds
// the skipped users and the reasons. If Plan skips every user, it returns no error and the transfer
// has no postings.
//
// Errors, in this order:
//
//   - those of Validate
//   - ErrCurrency if the currency of the account is unknown
//   - ErrNoRate if the amount has another currency and Rates has no rate for it; ErrOverflow if the
//     converted amount is beyond MaxUnits; ErrAmount if it is zero
//   - ErrNoPayees; ErrTooManyPayees for more than MaxPayees, repeated users included; ErrPayee for
//     an id that is not positive
//   - for the first user that cannot be paid: ErrPayee if the user is deleted, ErrParentAccounting
//     if the user has parent accounting and the request has no Selection
//   - ErrBroken if the balance of the account, or of a user that takes part, is out of range
//   - ErrInsufficient if the request is strict and a payer has too little money. The error names
//     the account with the whole sum, or the first user with too little money
//   - ErrOverflow if a balance would be beyond MaxUnits, strict or not
func Plan(r Request) (Transfer, error) {
	if err := r.Validate(); err != nil {
		return Transfer{}, err
	}
	each, rate, err := convert(r.Amount, r.AccountCurrency, r.Rates)
	if err != nil {
		return Transfer{}, err
	}
	payees, err := payeeSet(r.Payees)
	if err != nil {
		return Transfer{}, err
	}
	usersPay := each < 0
	if usersPay {
		each = -each
	}
	served := payees
	if r.Selection != "" {
		served = withOwnBalance(payees)
	}
	b := funds{account: r.Account, floor: -r.Overdraft, currency: r.AccountCurrency}
	if err := b.checkPayees(served, !usersPay); err != nil {
		return Transfer{}, err
	}
	if r.Strict {
		if err := b.checkShortage(served, each, usersPay); err != nil {
			return Transfer{}, err
		}
	}
	t := r.Header.transfer(Transferring, r.AccountCurrency)
	t.Requested, t.Rate, t.Strict = r.Amount, rate, r.Strict
	terms := r.Terms()
	t.Users, t.AccountDescription, t.UserDescription = terms.Users, terms.AccountDescription, terms.UserDescription
	t.Postings = make([]Posting, 0, len(served))
	for _, p := range payees {
		if r.Selection != "" && p.ParentAccounting {
			t.Skipped = append(t.Skipped, Skip{User: p.ID, Reason: ParentAccounting})
			continue
		}
		posting, reason, err := b.post(p, each, usersPay)
		switch {
		case err != nil:
			return Transfer{}, err
		case reason != 0:
			t.Skipped = append(t.Skipped, Skip{User: p.ID, Reason: reason})
		default:
			t.Postings = append(t.Postings, posting)
		}
	}
	return t, nil
}

// transfer returns a transfer with the values of the header.
func (h Header) transfer(kind Kind, c Currency) Transfer {
	return Transfer{ID: h.ID, Kind: kind, At: h.At, Actor: h.Actor, Reason: h.Reason, Key: h.Key, Currency: c}
}

// convert returns m in the currency named by to, rounded to its decimals, and the rate as text. If
// m is in this currency already, the amount stays as it is and the rate is "". Errors, in this
// order: ErrCurrency for an unknown currency; ErrNoRate; ErrOverflow; ErrAmount if the result is
// zero.
func convert(m Money, to Currency, rates Rates) (Units, string, error) {
	digits, ok := to.digits()
	if !ok {
		return 0, "", ErrCurrency
	}
	if m.currency == to {
		return m.units, "", nil
	}
	var rate Rate
	if rates != nil {
		rate, ok = rates.Rate(m.currency, to)
	}
	if rates == nil || !ok || rate.IsZero() {
		return 0, "", &CurrencyError{Got: m.currency, Want: to, NoRate: true}
	}
	u, err := rate.Convert(m.units, digits)
	if err != nil {
		return 0, "", err
	}
	if u == 0 {
		return 0, "", &AmountError{Fault: TooSmall, Minimum: coin(digits)}
	}
	return u, rate.String(), nil
}

// payeeSet returns the payees in ascending order of the id, each id once: the first of several. It
// does not change the given slice. Errors: ErrNoPayees; ErrTooManyPayees; ErrPayee for an id that
// is not positive.
func payeeSet(payees []Payee) ([]Payee, error) {
	switch {
	case len(payees) == 0:
		return nil, ErrNoPayees
	case len(payees) > MaxPayees:
		return nil, ErrTooManyPayees
	}
	sorted := true
	for i, p := range payees {
		if p.ID <= 0 {
			return nil, &PayeeError{User: p.ID, Err: ErrPayee}
		}
		sorted = sorted && (i == 0 || payees[i-1].ID < p.ID)
	}
	if sorted {
		return payees, nil
	}
	set := slices.Clone(payees)
	slices.SortStableFunc(set, func(a, b Payee) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(set, func(a, b Payee) bool { return a.ID == b.ID }), nil
}

// withOwnBalance returns the payees without parent accounting, in the same order. It does not
// change the given slice.
func withOwnBalance(payees []Payee) []Payee {
	spends := func(p Payee) bool { return p.ParentAccounting }
	if !slices.ContainsFunc(payees, spends) {
		return payees
	}
	return slices.DeleteFunc(slices.Clone(payees), spends)
}

// checkPayees returns nil if the account and every payee can take part in a transfer. The parameter
// paid says that the account pays the payees. Errors, in this order: if paid is true, a *PayeeError
// for the first payee that is deleted or has parent accounting; ErrBroken if the balance of a payee
// or of the account is out of range.
func (b *funds) checkPayees(payees []Payee, paid bool) error {
	if paid {
		for _, p := range payees {
			if p.Deleted {
				return &PayeeError{User: p.ID, Err: ErrPayee}
			}
			if p.ParentAccounting {
				return &PayeeError{User: p.ID, Err: ErrParentAccounting}
			}
		}
	}
	for _, p := range payees {
		if p.Balance < 0 || p.Balance > MaxUnits {
			return broken("the balance of user %d is out of range", p.ID)
		}
	}
	return b.check()
}

// funds is the balance of the account while a transfer is planned.
type funds struct {
	account  Units
	floor    Units // the least balance that the account may pay down to
	currency Currency
}

// check returns ErrBroken if the balance of the account is out of range.
func (b *funds) check() error {
	if !b.account.InRange() {
		return broken("the balance of the account is out of range")
	}
	return nil
}

// checkShortage returns nil if every payer can pay for a strict transfer that moves the amount each
// to or from every payee. If usersPay is true, the payers are the payees. Otherwise the payer is
// the account, which may use its overdraft. Errors: a *Shortage of the first payee that cannot pay,
// or of the account, with the whole sum (at most MaxUnits) as Needed.
func (b *funds) checkShortage(payees []Payee, each Units, usersPay bool) error {
	if usersPay {
		for _, p := range payees {
			if p.Balance < each {
				return &Shortage{Holder: HolderOf(p.ID), Needed: each, Available: p.Balance, Currency: b.currency}
			}
		}
		return nil
	}
	hi, total := bits.Mul64(uint64(each), uint64(len(payees)))
	if hi != 0 || total > uint64(b.available()) {
		needed := MaxUnits
		if hi == 0 && total < uint64(MaxUnits) {
			needed = Units(total)
		}
		return b.accountShortage(needed)
	}
	return nil
}

// available returns what the account can pay. It is at most 2 × MaxUnits, so it cannot overflow.
func (b *funds) available() Units { return max(b.account-b.floor, 0) }

// accountShortage returns the *Shortage of the account.
func (b *funds) accountShortage(needed Units) error {
	return &Shortage{Holder: Account, Needed: needed, Available: b.available(), Currency: b.currency}
}

// post returns the posting of the amount between the account and the user p, and sets b.account to
// the balance after the posting. If the payer has too little money, post changes nothing and
// returns the reason why the user is skipped. Otherwise the reason is 0. Errors: ErrOverflow if the
// balance of the receiver would be beyond MaxUnits; b must not be used then.
func (b *funds) post(p Payee, amount Units, userPays bool) (Posting, SkipReason, error) {
	posting := Posting{From: Account, To: HolderOf(p.ID), Amount: amount, Name: p.Name}
	var err error
	if userPays {
		if p.Balance < amount {
			return Posting{}, UserShort, nil
		}
		posting.From, posting.To = posting.To, posting.From
		posting.FromAfter = p.Balance - amount
		posting.ToAfter, err = b.account.Add(amount)
		b.account = posting.ToAfter
		return posting, 0, err
	}
	if b.available() < amount {
		return Posting{}, AccountShort, nil
	}
	posting.FromAfter = b.account - amount
	posting.ToAfter, err = p.Balance.Add(amount)
	b.account = posting.FromAfter
	return posting, 0, err
}
