package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// model describes an account for porcupine.
var model = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		var parts [][]porcupine.Operation
		for _, o := range history {
			n := o.Input.(operation).account
			for len(parts) <= n {
				parts = append(parts, nil)
			}
			parts[n] = append(parts[n], o)
		}
		return parts
	},
	Init: func() any { return account{revision: first} },
	Step: func(state, input, output any) (bool, any) {
		s, o, got := state.(account), input.(operation), output.(answer)
		want, next := rules[o.kind](s, o)
		if got.fault == unknown {
			return next.revision == got.revision && next.revision != s.revision, next
		}
		return got.equal(want), next
	},
	Equal: func(a, b any) bool { return a.(account).equal(b.(account)) },
}

// Check returns nil if the history is linearizable: some order of the calls agrees with all results
// and times. If it is not, the error shows the longest order that was found, and the operations
// that do not fit. Check also returns an error if porcupine does not decide within limit.
func (h History) Check(limit time.Duration) error {
	switch result, info := porcupine.CheckOperationsVerbose(model, h.Operations, limit); result {
	case porcupine.Ok:
		return nil
	case porcupine.Unknown:
		return fmt.Errorf("seed %d: whether %d operations are linearizable was not found out in %v",
			h.Setting.Seed, len(h.Operations), limit)
	default:
		return fmt.Errorf("seed %d: not linearizable\n%s", h.Setting.Seed, h.stuck(info))
	}
}

// stuck returns a text that explains which accounts do not fit the model. porcupine, the checker,
// searches for an order of the operations that the model allows. For each account the text has the
// state after the longest order that porcupine found. It also has the operations that could come
// next, each with the result in the history and the result that the model expects. An account is
// left out if all its operations fit, or if porcupine found no order.
func (h History) stuck(info porcupine.LinearizationInfo) string {
	var b strings.Builder
	for n, orders := range info.PartialLinearizationsOperations() {
		if len(orders) == 0 {
			continue
		}
		longest := slices.MaxFunc(orders, func(a, b []porcupine.Operation) int { return len(a) - len(b) })
		s, placed := account{revision: first}, map[string]bool{}
		for _, p := range longest {
			o := p.Input.(operation)
			_, s = rules[o.kind](s, o)
			placed[o.reason] = true
		}
		var rest []porcupine.Operation
		for _, p := range h.Operations {
			if o := p.Input.(operation); o.account == n && !placed[o.reason] {
				rest = append(rest, p)
			}
		}
		if len(rest) == 0 {
			continue
		}
		fmt.Fprintf(&b, "account %d, after %d operations: %+v\nnone of these can be the next:\n", n, len(longest), s)
		next := slices.MinFunc(rest, func(a, b porcupine.Operation) int { return cmp.Compare(a.Return, b.Return) })
		for _, p := range rest {
			if p.Call <= next.Return {
				o := p.Input.(operation)
				want, _ := rules[o.kind](s, o)
				fmt.Fprintf(&b, "  client %d: %v\n    was told %+v\n    would be %+v\n", p.ClientId, o, p.Output, want)
			}
		}
	}
	return b.String()
}
