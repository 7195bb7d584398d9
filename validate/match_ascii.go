package validate

import (
	"strings"
	"unicode/utf8"
)

// The matchers below are named after their rule and equal to the expression beside it in the table.

func matchE164(s string) bool {
	return len(s) >= 8 && len(s) <= 16 && s[0] == '+' && s[1] != '0' && allOf(s[1:], digit)
}

// isLocale reports whether s matches [a-z]{2}_[A-Z]{2}.
func isLocale(s string) bool {
	return len(s) == 5 && allOf(s[:2], lower) && s[2] == '_' && allOf(s[3:], upper)
}

func matchDateFormat(s string) bool { return s == "iso" || isLocale(s) }

func matchStatistic(s string) bool { return someOf(s, letter|underscore) }

func matchAlnum(s string) bool { return someOf(s, alnum) }

func matchWord(s string) bool { return someOf(s, alnum|underscore) }

func matchCampaignDocumented(s string) bool {
	return someOf(s, alnum|hyphen|underscore|bracket|backslash|accent)
}

func matchCampaign(s string) bool { return someOf(s, alnum|hyphen|underscore) }

func matchVoximplantUserName(s string) bool {
	return s != "" && classes[s[0]]&(lower|digit) != 0 && allOf(s[1:], lower|digit|underscore|hyphen)
}

// matchIntListDocumented is ^(?:all|[0-9]+(?:;[0-9]+)*)$.
func matchIntListDocumented(s string) bool {
	return s == "all" || everyItem(s, func(item string) bool { return someOf(item, digit) })
}

func matchIntList(s string) bool {
	return s == "all" || everyItem(s, func(item string) bool {
		return len(item) <= maxDigits && someOf(item, digit) && item[0] != '0'
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

// matchAccountID is ^[A-Za-z0-9_][A-Za-z0-9._\-]*$.
func matchAccountID(s string) bool {
	return s != "" && s[0] != '.' && s[0] != '-' && allOf(s, alnum|dot|underscore|hyphen)
}

func matchPID(s string) bool { return someOf(s, alnum|dot|underscore|hyphen|colon) }

func matchTag(s string) bool { return someOf(s, alnum|dot|underscore|hyphen|colon|slash) }

func matchKey(s string) bool { return someOf(s, graphic) }

const mobileText = alnum | space | plus | paren | dot | slash | hyphen | hash | star | comma

// matchMobile accepts the characters of mobileText with at least one digit.
func matchMobile(s string) bool {
	return allOf(s, mobileText) && strings.ContainsAny(s, "0123456789")
}

// matchLanguage reports whether s matches ^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*$, the form of a
// language tag such as "en-GB" or "en_GB".
func matchLanguage(s string) bool {
	n := strings.IndexAny(s, "-_")
	if n < 0 {
		n = len(s)
	}
	if n < 2 || n > 3 || !allOf(s[:n], letter) {
		return false
	}
	for s = s[n:]; s != ""; s = s[n:] {
		s = s[1:]
		if n = strings.IndexAny(s, "-_"); n < 0 {
			n = len(s)
		}
		if n < 1 || n > 8 || !allOf(s[:n], alnum) {
			return false
		}
	}
	return true
}

// matchURI reports whether s matches ^(?:(?i:https?)://[text]+|/[text]*)$, where [text] are the
// characters of a URI (uriText): a URL with http or https, or a path that begins with a slash.
func matchURI(s string) bool {
	if s != "" && s[0] == '/' {
		return allOf(s, uriText)
	}
	i := strings.Index(s, "://")
	return (i == 4 || i == 5) && strings.EqualFold(s[:i], "https"[:i]) && someOf(s[i+3:], uriText)
}
