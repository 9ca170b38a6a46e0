package features

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// Config is the features section of etappe.yaml. The zero Config is a good
// start: themes, values and seats are guessed from names and data.
type Config struct {
	Events     map[string]Rule             `yaml:"events,omitempty" json:"events,omitempty" jsonschema_description:"more about event types, by type or glob (nps_*): the exact name wins, then the longest glob"`
	Attributes map[string]Rule             `yaml:"attributes,omitempty" json:"attributes,omitempty" jsonschema_description:"more about account attributes, by name or glob"`
	Themes     map[string]catalog.Theme    `yaml:"themes,omitempty" json:"themes,omitempty" jsonschema_description:"theme of features, by feature name or glob (report_*.rate: breadth); wins over the themes of events and attributes"`
	Drop       []string                    `yaml:"drop,omitempty" json:"drop,omitempty" jsonschema_description:"features to leave out, by feature name or glob"`
	Seats      string                      `yaml:"seats,omitempty" json:"seats,omitempty" jsonschema_description:"attribute or event type whose value is the number of seats; default: found by its name; none: not known"`
	Windows    []int                       `yaml:"windows,omitempty" json:"windows,omitempty" jsonschema_description:"days over which occurrences are counted, each from 1 to 365; default: 28 and 84"`
	Monotone   map[string]catalog.Monotone `yaml:"monotone,omitempty" json:"monotone,omitempty" jsonschema_description:"direction in which a feature may move the churn probability, by feature name: increasing (more of it, never less churn) or decreasing"`
	Milestones []catalog.MilestoneRule     `yaml:"milestones,omitempty" json:"milestones,omitempty" jsonschema_description:"steps of the success path derived from events, beside the milestones table"`
}

// Rule is more about an event type or an account attribute. What is left
// out is guessed.
type Rule struct {
	Theme      catalog.Theme     `yaml:"theme,omitempty" json:"theme,omitempty" jsonschema_description:"theme of its features: adoption, breadth, people, support, sentiment, commercial or calendar; default: found by its name"`
	Valued     *bool             `yaml:"valued,omitempty" json:"valued,omitempty" jsonschema_description:"event types only: whether the mean and the last of the values are features; default: found in the data"`
	Actionable *bool             `yaml:"actionable,omitempty" json:"actionable,omitempty" jsonschema_description:"whether the team can act on it, so that what-if answers are given; default: by its theme"`
	Unit       string            `yaml:"unit,omitempty" json:"unit,omitempty" jsonschema_description:"unit of the value: points, EUR …"`
	Text       map[string]string `yaml:"text,omitempty" json:"text,omitempty" jsonschema_description:"the name of the type in a sentence, by language: {en: exports, de: Exporte} gives exports in the last 28 days"`
}

// Validate checks what can be checked without data: themes, globs, windows,
// directions and milestone rules. Errors match datasets.ErrConfig and name the key.
func (c Config) Validate() error {
	if err := checkRules("features.events", c.Events); err != nil {
		return err
	}
	if err := checkRules("features.attributes", c.Attributes); err != nil {
		return err
	}
	for _, pattern := range sortedKeys(c.Themes) {
		if err := checkPattern("features.themes", pattern); err != nil {
			return err
		}
		if !slices.Contains(catalog.Themes, c.Themes[pattern]) {
			return themeError("features.themes."+pattern, c.Themes[pattern])
		}
	}
	for _, pattern := range c.Drop {
		if err := checkPattern("features.drop", pattern); err != nil {
			return err
		}
	}
	for _, name := range sortedKeys(c.Monotone) {
		if way := c.Monotone[name]; way != catalog.Increasing && way != catalog.Decreasing {
			return configError("features.monotone.%s: increasing or decreasing, not %q", name, way)
		}
	}
	if err := checkWindows(c.Windows); err != nil {
		return err
	}
	return checkMilestones(c.Milestones)
}

func checkRules(section string, rules map[string]Rule) error {
	for _, pattern := range sortedKeys(rules) {
		if err := checkPattern(section, pattern); err != nil {
			return err
		}
		if theme := rules[pattern].Theme; theme != "" && !slices.Contains(catalog.Themes, theme) {
			return themeError(section+"."+pattern+".theme", theme)
		}
	}
	return nil
}

func checkWindows(windows []int) error {
	for i, w := range windows {
		if w < 1 || w > 365 || slices.Contains(windows[:i], w) {
			return configError("features.windows: different numbers of days from 1 to 365, not %d in %v", w, windows)
		}
	}
	return nil
}

func checkPattern(section, pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
		return configError("%s: %q is neither a name nor a glob", section, pattern)
	}
	return nil
}

func themeError(key string, theme catalog.Theme) error {
	return configError("%s: one of %v, not %q", key, catalog.Themes, theme)
}

func configError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", datasets.ErrConfig, fmt.Sprintf(format, args...))
}

// Drops reports whether the configuration leaves a feature out by its name.
func (c *Config) Drops(name string) bool {
	return slices.ContainsFunc(c.Drop, func(pattern string) bool { return matches(pattern, name) })
}

// matches reports whether a name fits a name or glob. A slash is a letter like
// any other.
func matches(pattern, name string) bool {
	if pattern == name {
		return true
	}
	ok, err := path.Match(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(name, "/", "\x00"))
	return err == nil && ok
}

// pick returns the entry whose key fits a name best: the exact name, else the
// longest glob, else the first in alphabetical order.
func pick[V any](rules map[string]V, name string) (V, bool) {
	best, found := "", false
	for _, pattern := range sortedKeys(rules) {
		if pattern == name {
			return rules[pattern], true
		}
		if matches(pattern, name) && (!found || len(pattern) > len(best)) {
			best, found = pattern, true
		}
	}
	return rules[best], found
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// isGlob reports whether a name is a pattern.
func isGlob(pattern string) bool { return strings.ContainsAny(pattern, `*?[\`) }

// checkNamed refuses plain names that are not in the data: a typing error
// would otherwise do nothing, silently. A glob may fit nothing.
func checkNamed(key string, patterns, names []string) error {
	for _, pattern := range patterns {
		if isGlob(pattern) || slices.Contains(names, pattern) {
			continue
		}
		if near := catalog.Nearest(pattern, names); near != "" {
			return configError("%s: %q is not in the data; the nearest name is %q", key, pattern, near)
		}
		return configError("%s: %q is not in the data", key, pattern)
	}
	return nil
}
