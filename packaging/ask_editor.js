/* What the ask page uses of CodeMirror 6; `vendor_ask.py` bundles it. */
export { Decoration, EditorView, ViewPlugin, drawSelection, keymap, lineNumbers, placeholder } from "@codemirror/view";
export { Compartment, EditorState, Prec, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export {
  acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus, startCompletion,
} from "@codemirror/autocomplete";
export { bracketMatching } from "@codemirror/language";
