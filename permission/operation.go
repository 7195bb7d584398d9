package permission

// Operation is a call of a vendor's document, with the actions that it does.
type Operation struct {
	Name    string  // such as "PUT /api/v2/user/watch" or "AddUser"
	Actions Actions // what every such call does
	Also    Actions // what a call also does if its body says so
	Basis   Basis
}

// call returns the operation with the name, which does one action, and the others if its body says
// so.
func (b Basis) call(name string, does Action, also ...Action) Operation {
	return Operation{Name: name, Actions: ActionsOf(does), Also: ActionsOf(also...), Basis: b}
}
