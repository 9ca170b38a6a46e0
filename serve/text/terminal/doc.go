// Package terminal writes training reports and the terms of models as text: tables,
// bars and curves of letters in the width of a terminal, and the same terms as SVG
// with package chart.
//
// In come a report of package artifact or a reading of a model, numbers and codes;
// out go lines of text in English. A number that is not finite is a dash. It reads no
// file and computes no figure.
package terminal
