package validate

// The matchers below are named after their rule and equal to the expression beside it in the table.

func matchE164(s string) bool {
	return len(s) >= 8 && len(s) <= 16 && s[0] == '+' && s[1] != '0' && digit.all(s[1:])
}

// voximplantText has the characters of a user name at Voximplant.
var voximplantText = classOf("a-z0-9_-")

func matchVoximplantUserName(s string) bool {
	return voximplantText.some(s) && s[0] != '_' && s[0] != '-'
}

// accountText has the characters of an account id.
var accountText = classOf(`A-Za-z0-9._\-`)

// matchAccountID is ^[A-Za-z0-9_][A-Za-z0-9._\-]*$.
func matchAccountID(s string) bool {
	return accountText.some(s) && s[0] != '.' && s[0] != '-'
}

var mobileText = classOf(`0-9A-Za-z +()./\-#*,`)

// matchMobile accepts the characters of mobileText with at least one digit.
func matchMobile(s string) bool {
	return mobileText.all(s) && digit.any(s)
}
