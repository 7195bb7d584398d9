package history

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// A register that forgets a write is noticed.
func TestLostWriteIsNotLinearizable(t *testing.T) {
	type op struct {
		write bool
		value int
	}
	register := porcupine.Model{
		Init: func() any { return 0 },
		Step: func(state, input, output any) (bool, any) {
			if in := input.(op); in.write {
				return true, in.value
			}
			return output == state, state
		},
	}
	write := porcupine.Operation{ClientId: 0, Input: op{write: true, value: 1}, Call: 0, Output: 0, Return: 1}
	for value, want := range map[int]bool{0: false, 1: true} {
		read := porcupine.Operation{ClientId: 1, Input: op{}, Call: 2, Output: value, Return: 3}
		if got := porcupine.CheckOperations(register, []porcupine.Operation{write, read}); got != want {
			t.Errorf("a read of %d after 1 was written: linearizable %v, want %v", value, got, want)
		}
	}
}
