package history

// rules has a function for each kind of call, which returns the result and the account after the
// call.
var rules = [numKinds]func(account, operation) (answer, account){
	get: func(s account, o operation) (answer, account) {
		p, ok := s.living(o.id)
		return shown(p, ok), s
	},
	find: func(s account, o operation) (answer, account) {
		p, ok := s.holder(o.login)
		return shown(p, ok), s
	},
	list: func(s account, _ operation) (answer, account) {
		return answer{revision: s.revision, people: s.people}, s
	},
	create: func(s account, o operation) (answer, account) {
		if q, ok := s.holder(o.login); ok {
			return answer{fault: taken, about: int64(q.id)}, s
		}
		return s.commit(person{id: o.id, login: o.login, max: o.max, ready: true, live: true})
	},
	patch: func(s account, o operation) (answer, account) {
		p, ok := s.living(o.id)
		switch {
		case !ok:
			return answer{fault: notFound}, s
		case o.version != 0 && o.version != p.version:
			return answer{fault: stale, about: int64(p.version)}, s
		}
		p.note = o.note
		if o.max != 0 {
			p.max, p.ready = o.max, true
		}
		return s.commit(p)
	},
	rename: func(s account, o operation) (answer, account) {
		p, ok := s.living(o.id)
		q, held := s.holder(o.login)
		switch {
		case !ok:
			return answer{fault: notFound}, s
		case held && q.id == p.id: // nothing to change
			return answer{revision: s.revision, people: []person{p.shown()}}, s
		case held:
			return answer{fault: taken, about: int64(q.id)}, s
		}
		p.login = o.login
		return s.commit(p)
	},
	remove: func(s account, o operation) (answer, account) {
		p, ok := s.living(o.id)
		if !ok {
			return answer{fault: notFound}, s
		}
		s.funds += p.funds // what the user has returns to the account
		p.live, p.ready, p.slots, p.funds = false, false, 0, 0
		return s.commit(p)
	},
	restore: func(s account, o operation) (answer, account) {
		p, ok := s.person(o.id)
		switch {
		case !ok:
			return answer{fault: notFound}, s
		case p.live:
			return answer{fault: notDeleted}, s
		}
		if q, held := s.holder(p.login); held {
			return answer{fault: taken, about: int64(q.id)}, s
		}
		p.live = true
		return s.commit(p)
	},
	reserve: func(s account, o operation) (answer, account) {
		p, ok := s.living(o.id)
		switch {
		case o.id == 0:
			if p, ok = s.free(); !ok {
				return answer{fault: noAgentFree}, s
			}
		case !ok:
			return answer{fault: notFound}, s
		case !p.ready:
			return answer{fault: notReady}, s
		case p.slots >= p.max:
			return answer{fault: noCapacity}, s
		}
		p.slots++
		return s.commit(p)
	},
	release: func(s account, o operation) (answer, account) {
		p, ok := s.living(o.id)
		switch {
		case !ok:
			return answer{fault: notFound}, s
		case p.slots == 0:
			return answer{fault: noSlot}, s
		}
		p.slots--
		return s.commit(p)
	},
	fund: func(s account, o operation) (answer, account) {
		s.revision++
		s.funds += o.amount
		return answer{revision: s.revision, funds: s.funds}, s
	},
	transfer: transferred,
	balances: func(s account, o operation) (answer, account) {
		var a answer
		for _, id := range o.users {
			p, ok := s.person(id)
			if !ok {
				return answer{fault: notFound}, s
			}
			a.after = append(a.after, holding{id, p.funds})
		}
		return a, s
	},
}

func shown(p person, ok bool) answer {
	if !ok {
		return answer{fault: notFound}
	}
	return answer{people: []person{p.shown()}}
}

// free returns the user that a reservation without an id must choose: among the users without a
// reservation the one with the most capacity.
func (s account) free() (best person, ok bool) {
	for _, p := range s.people {
		if p.live && p.ready && p.slots == 0 && p.max > best.max {
			best, ok = p, true
		}
	}
	return best, ok
}
