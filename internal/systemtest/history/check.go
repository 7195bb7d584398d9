package history

import (
	"errors"
	"fmt"
	"os"
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

	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%v: %+v", input, output) },
	DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state) },
}

// Check returns nil if the history is linearizable: some order of the calls agrees with all results
// and times. If it is not, the error names a page of HTML that Check writes. The page shows the
// longest orders that porcupine, the checker, found, and the calls that do not fit. Check also
// returns an error if porcupine does not decide within limit.
func (h History) Check(limit time.Duration) error {
	switch result, info := porcupine.CheckOperationsVerbose(model, h.Operations, limit); result {
	case porcupine.Ok:
		return nil
	case porcupine.Unknown:
		return fmt.Errorf("seed %d: whether %d operations are linearizable was not found out in %v",
			h.Setting.Seed, len(h.Operations), limit)
	default:
		page, err := os.CreateTemp("", "roster-history-*.html")
		if err != nil {
			return errors.Join(fmt.Errorf("seed %d: not linearizable", h.Setting.Seed), err)
		}
		err = errors.Join(porcupine.Visualize(model, info, page), page.Close())
		return errors.Join(fmt.Errorf("seed %d: not linearizable, see %s", h.Setting.Seed, page.Name()), err)
	}
}
