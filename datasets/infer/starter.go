package infer

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/etappe/etappe/datasets"
)

// StarterYAML returns a commented etappe.yaml for the files in dir: the guess
// of Sources, with what is uncertain as comments beside it. It reads back
// strictly into the same Sources.
func StarterYAML(ctx context.Context, dir string) ([]byte, error) {
	g, err := infer(ctx, dir)
	if err != nil {
		return nil, err
	}
	y := &yamlWriter{notes: map[string][]string{}}
	y.comment(0, "How the files in "+filepath.Base(filepath.Clean(dir))+" map onto Etappe's tables: a guess from their headers and first")
	y.comment(0, fmt.Sprintf("%d rows. Read it, correct it, then run: etappe validate", sampleRows))
	for _, n := range g.notes {
		if n.path == "" {
			y.comment(0, n.text)
			continue
		}
		y.notes[n.path] = append(y.notes[n.path], n.text)
	}
	if len(g.own) > 0 {
		y.comment(0, "Nothing needs mapping for "+strings.Join(g.own, ", ")+": the files carry the tables' own names and columns.")
	}
	y.out.WriteByte('\n')
	y.fields(reflect.ValueOf(g.sources), 0, "")
	y.unplaced()
	return y.out.Bytes(), nil
}

// yamlWriter writes Sources as YAML with comments. It exists because the
// comments stand beside the keys that they are about, and because a Column is
// written as the plain string that it is short for.
type yamlWriter struct {
	out   bytes.Buffer
	notes map[string][]string // by place: "events[0].type"
	done  []string
}

func (y *yamlWriter) comment(indent int, text string) {
	fmt.Fprintf(&y.out, "%s# %s\n", strings.Repeat(" ", indent), strings.Join(strings.Fields(text), " "))
}

// remarks writes the comments about a place.
func (y *yamlWriter) remarks(indent int, place string) {
	for _, text := range y.notes[place] {
		y.comment(indent, text)
	}
	y.done = append(y.done, place)
}

// unplaced writes the comments about what is not mapped.
func (y *yamlWriter) unplaced() {
	var places []string
	for place := range y.notes {
		if !slices.Contains(y.done, place) {
			places = append(places, place)
		}
	}
	slices.Sort(places)
	for _, place := range places {
		for _, text := range y.notes[place] {
			y.comment(0, place+": "+text)
		}
	}
}

// fields writes the fields of a struct that are set, in their order.
func (y *yamlWriter) fields(v reflect.Value, indent int, place string) {
	for i := range v.NumField() {
		tag, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if tag == "-" {
			continue
		}
		field := v.Field(i)
		if strings.Contains(options, "inline") {
			y.fields(field, indent, place)
			continue
		}
		at := strings.TrimPrefix(place+"."+tag, ".")
		if strings.Contains(options, "omitempty") && isUnset(field) {
			continue
		}
		y.remarks(indent, at)
		fmt.Fprintf(&y.out, "%s%s:", strings.Repeat(" ", indent), tag)
		y.value(field, indent, at)
	}
}

// isUnset reports what is left out. An empty map of attributes is not: it means
// that there are none.
func isUnset(v reflect.Value) bool {
	if v.Kind() == reflect.Map {
		return v.IsNil()
	}
	return v.IsZero()
}

// value writes what stands behind a key, its line end included.
func (y *yamlWriter) value(v reflect.Value, indent int, place string) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if c, ok := v.Interface().(datasets.Column); ok && reflect.DeepEqual(c, datasets.Column{Column: c.Column}) {
		v = reflect.ValueOf(c.Column)
	}
	switch v.Kind() {
	case reflect.Struct:
		y.out.WriteByte('\n')
		y.fields(v, indent+2, place)
	case reflect.Slice:
		y.items(v, indent, place)
	case reflect.Map:
		y.entries(v, indent, place)
	default:
		fmt.Fprintf(&y.out, " %s\n", scalar(v.Interface()))
	}
}

func (y *yamlWriter) items(v reflect.Value, indent int, place string) {
	y.out.WriteByte('\n')
	for i := range v.Len() {
		at := fmt.Sprintf("%s[%d]", place, i)
		y.remarks(indent+2, at)
		if v.Index(i).Kind() != reflect.Struct {
			fmt.Fprintf(&y.out, "%s- %s\n", strings.Repeat(" ", indent+2), scalar(v.Index(i).Interface()))
			continue
		}
		start := y.out.Len()
		y.fields(v.Index(i), indent+4, at)
		y.out.Bytes()[start+indent+2] = '-' // over the first key's indentation
	}
}

func (y *yamlWriter) entries(v reflect.Value, indent int, place string) {
	if v.Len() == 0 {
		y.out.WriteString(" {}\n")
		return
	}
	y.out.WriteByte('\n')
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		fmt.Fprintf(&y.out, "%s%s:", strings.Repeat(" ", indent+2), scalar(key.String()))
		y.value(v.MapIndex(key), indent+2, place+"."+key.String())
	}
}

// plainScalar matches the strings that mean themselves without quotes, reserved
// words aside.
var plainScalar = regexp.MustCompile(`^[\pL_][\pL\pN_./*-]*( [\pL\pN_./*-]+)*$`)

// scalar writes a string, a number or a truth value, quoted where need be.
func scalar(v any) string {
	s, ok := v.(string)
	if !ok {
		return fmt.Sprint(v)
	}
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
	default:
		if plainScalar.MatchString(s) {
			return s
		}
	}
	return strconv.Quote(s) // YAML's double quotes read Go's escapes
}
