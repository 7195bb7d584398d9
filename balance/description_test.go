package balance

import "testing"

// "The following macro available: ${user_id}, ${user_name}"; a ruling: expanded once, never inside
// a name.
func TestMacrosExpandOnce(t *testing.T) {
	tests := []struct {
		name, template string
		h              Holder
		login, want    string
	}{
		{"the name", "To user: ${user_name}", 7, "ann", "To user: ann"},
		{"the id", "#${user_id}", 7, "ann", "#7"},
		{"both, twice", "${user_id}${user_name}${user_id}${user_name}!", 7, "ann", "7ann7ann!"},
		{"no macro", "bonus", 7, "ann", "bonus"},
		{"nothing", "", 7, "ann", ""},
		{"a name that contains a macro", "${user_name} ${user_id}", 7, "${user_id}", "${user_id} 7"},
		{"names that together make a macro", "${user_name}user_id}", 7, "${", "${user_id}"},
		{"a macro inside a macro", "${user_${user_id}}", 7, "ann", "${user_7}"},
		{"an unknown macro", "${user_password} $ {user_id} ${", 7, "ann", "${user_password} $ {user_id} ${"},
		{"upper case is another macro", "${USER_ID}", 7, "ann", "${USER_ID}"},
		{"no user, nothing to expand", "${user_name} ${user_id}", World, "ann", "${user_name} ${user_id}"},
		{"no name", "[${user_name}]", 7, "", "[]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Describe(tt.template, tt.h, tt.login); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
