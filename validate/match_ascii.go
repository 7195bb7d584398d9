package validate

import (
	"strings"
	"unicode/utf8"
)

// The matchers below are named after their rule and equal to the expression beside it in the table.

func matchE164(s string) bool {
	return len(s) >= 8 && len(s) <= 16 && s[0] == '+' && s[1] != '0' && digit.all(s[1:])
}

// isLocale reports whether s matches [a-z]{2}_[A-Z]{2}.
func isLocale(s string) bool {
	return len(s) == 5 && lower.all(s[:2]) && s[2] == '_' && upper.all(s[3:])
}

func matchDateFormat(s string) bool { return s == "iso" || isLocale(s) }

// voximplantText has the characters of a user name at Voximplant.
var voximplantText = classOf("a-z0-9_-")

func matchVoximplantUserName(s string) bool {
	return voximplantText.some(s) && s[0] != '_' && s[0] != '-'
}

// matchIntListDocumented is ^(?:all|[0-9]+(?:;[0-9]+)*)$.
func matchIntListDocumented(s string) bool {
	return s == "all" || everyItem(s, digit.some)
}

func matchIntList(s string) bool {
	return s == "all" || everyItem(s, func(item string) bool {
		return len(item) <= maxDigits && digit.some(item) && item[0] != '0'
	})
}

func matchStringListDocumented(s string) bool {
	return everyItem(s, func(item string) bool { return item != "" }) && utf8.ValidString(s)
}

func matchStringList(s string) bool {
	return matchLine(s) && matchStringListDocumented(s)
}

// everyItem reports whether ok returns true for each part of s between semicolons.
func everyItem(s string, ok func(string) bool) bool {
	for {
		i := strings.IndexByte(s, ';')
		if i < 0 {
			return ok(s)
		}
		if !ok(s[:i]) {
			return false
		}
		s = s[i+1:]
	}
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

// matchLanguage reports whether s matches ^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*$, the form of a
// language tag such as "en-GB" or "en_GB".
func matchLanguage(s string) bool {
	n := strings.IndexAny(s, "-_")
	if n < 0 {
		n = len(s)
	}
	if n < 2 || n > 3 || !letter.all(s[:n]) {
		return false
	}
	for s = s[n:]; s != ""; s = s[n:] {
		s = s[1:]
		if n = strings.IndexAny(s, "-_"); n < 0 {
			n = len(s)
		}
		if n < 1 || n > 8 || !alnum.all(s[:n]) {
			return false
		}
	}
	return true
}

// matchURI reports whether s matches ^(?:(?i:https?)://[text]+|/[text]*)$, where [text] are the
// characters of a URI (uriText): a URL with http or https, or a path that begins with a slash.
func matchURI(s string) bool {
	if s != "" && s[0] == '/' {
		return uriText.all(s)
	}
	i := strings.Index(s, "://")
	return (i == 4 || i == 5) && strings.EqualFold(s[:i], "https"[:i]) && uriText.some(s[i+3:])
}
