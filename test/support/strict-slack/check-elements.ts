import { checkCount, checkKeys, checkText, isObject, type Json, LIMITS, listOf, type Say } from './block-limits.ts';

/** The interactive elements and composition objects of Block Kit, by the limits of Slack's reference. */

const STYLES = new Set(['primary', 'danger']);
const COMMON = ['type', 'action_id', 'confirm', 'focus_on_load'];
const WITH_PLACEHOLDER = [...COMMON, 'placeholder'];

const KEYS: Readonly<Record<string, readonly string[]>> = {
  button: ['type', 'text', 'action_id', 'url', 'value', 'style', 'confirm', 'accessibility_label'],
  overflow: ['type', 'action_id', 'options', 'confirm'],
  static_select: [...WITH_PLACEHOLDER, 'options', 'option_groups', 'initial_option'],
  multi_static_select: [...WITH_PLACEHOLDER, 'options', 'option_groups', 'initial_options', 'max_selected_items'],
  users_select: [...WITH_PLACEHOLDER, 'initial_user'],
  multi_users_select: [...WITH_PLACEHOLDER, 'initial_users', 'max_selected_items'],
  channels_select: [...WITH_PLACEHOLDER, 'initial_channel', 'response_url_enabled'],
  conversations_select: [
    ...WITH_PLACEHOLDER,
    'initial_conversation',
    'default_to_current_conversation',
    'response_url_enabled',
    'filter',
  ],
  external_select: [...WITH_PLACEHOLDER, 'initial_option', 'min_query_length'],
  datepicker: [...WITH_PLACEHOLDER, 'initial_date'],
  timepicker: [...WITH_PLACEHOLDER, 'initial_time', 'timezone'],
  datetimepicker: [...COMMON, 'initial_date_time'],
  radio_buttons: [...COMMON, 'options', 'initial_option'],
  checkboxes: [...COMMON, 'options', 'initial_options'],
  plain_text_input: [
    ...WITH_PLACEHOLDER,
    'initial_value',
    'multiline',
    'min_length',
    'max_length',
    'dispatch_action_config',
  ],
};

const IN_INPUT = new Set(Object.keys(KEYS).filter((type) => !['button', 'overflow'].includes(type)));
const IN_ACTIONS = new Set(Object.keys(KEYS).filter((type) => type !== 'plain_text_input'));

export const checkElement = (
  where: string,
  element: unknown,
  home: 'actions' | 'input' | 'section',
  say: Say,
): void => {
  if (!isObject(element)) return say(`${where}: an element is no object`);
  const type = String(element['type']);
  const known = KEYS[type];
  if (known === undefined || !(home === 'input' ? IN_INPUT : IN_ACTIONS).has(type)) {
    return say(`${where}: no ${type} belongs there`);
  }
  checkKeys(`${where} ${type}`, element, known, say);
  if (element['action_id'] !== undefined) checkText(`${where} action_id`, element['action_id'], LIMITS.id, say);
  if (element['placeholder'] !== undefined) {
    checkPlain(`${where} placeholder`, element['placeholder'], LIMITS.placeholder, say);
  }
  if (element['confirm'] !== undefined) checkConfirm(where, element['confirm'], say);
  if (type === 'button') checkButton(where, element, say);
  if (type === 'plain_text_input') checkInputText(where, element, say);
  checkChoices(where, type, element, say);
};

const checkButton = (where: string, button: Json, say: Say): void => {
  checkPlain(`${where} button`, button['text'], LIMITS.buttonLabel, say);
  if (button['value'] !== undefined) checkText(`${where} value`, button['value'], LIMITS.buttonValue, say);
  if (button['url'] !== undefined) checkText(`${where} url`, button['url'], LIMITS.url, say);
  if (button['accessibility_label'] !== undefined) {
    checkText(`${where} accessibility_label`, button['accessibility_label'], LIMITS.buttonLabel, say);
  }
  if (button['style'] !== undefined && !STYLES.has(String(button['style']))) {
    say(`${where}: style ${String(button['style'])}`);
  }
};

const MOST_CHOICES: Readonly<Record<string, number>> = {
  overflow: LIMITS.overflowOptions,
  radio_buttons: LIMITS.listedOptions,
  checkboxes: LIMITS.listedOptions,
  static_select: LIMITS.selectOptions,
  multi_static_select: LIMITS.selectOptions,
};

const checkChoices = (where: string, type: string, element: Json, say: Say): void => {
  const most = MOST_CHOICES[type];
  if (most === undefined) return;
  const groups = element['option_groups'];
  if (groups === undefined) {
    return checkCount(`${where} options`, element['options'], most, say, (option) => checkOption(where, option, say));
  }
  if (element['options'] !== undefined) say(`${where}: options and option_groups`);
  checkCount(`${where} option_groups`, groups, LIMITS.selectOptions, say, (group) => {
    if (!isObject(group)) return say(`${where}: an option group is no object`);
    checkPlain(`${where} group label`, group['label'], LIMITS.optionText, say);
    checkCount(`${where} group`, group['options'], most, say, (option) => checkOption(where, option, say));
  });
};

const checkOption = (where: string, option: unknown, say: Say): void => {
  if (!isObject(option)) return say(`${where}: an option is no object`);
  checkKeys(`${where} option`, option, ['text', 'value', 'description', 'url'], say);
  const { text, description } = option as { text?: unknown; description?: unknown };
  checkText(`${where} option text`, isObject(text) ? text['text'] : undefined, LIMITS.optionText, say);
  checkText(`${where} option value`, option['value'], LIMITS.optionValue, say);
  if (description !== undefined) {
    checkText(
      `${where} option description`,
      isObject(description) ? description['text'] : undefined,
      LIMITS.optionText,
      say,
    );
  }
  if (option['url'] !== undefined) checkText(`${where} option url`, option['url'], LIMITS.url, say);
};

const checkInputText = (where: string, input: Json, say: Say): void => {
  const { min_length: least = 0, max_length: most = LIMITS.inputText } = input as Record<string, number>;
  if (least < 0 || least > LIMITS.inputText || most < 1 || most > LIMITS.inputText || least > most) {
    say(`${where}: lengths ${least} to ${most}, allowed 0 to ${LIMITS.inputText}`);
  }
};

const checkConfirm = (where: string, confirm: unknown, say: Say): void => {
  if (!isObject(confirm)) return say(`${where}: confirm is no object`);
  const { text } = confirm as { text?: unknown };
  checkPlain(`${where} confirm title`, confirm['title'], LIMITS.confirmTitle, say);
  checkText(`${where} confirm text`, isObject(text) ? text['text'] : undefined, LIMITS.confirmText, say);
  checkPlain(`${where} confirm`, confirm['confirm'], LIMITS.confirmLabel, say);
  checkPlain(`${where} deny`, confirm['deny'], LIMITS.confirmLabel, say);
};

export const checkPlain = (where: string, object: unknown, most: number, say: Say): void => {
  if (!isObject(object) || object['type'] !== 'plain_text') return say(`${where} must be plain_text`);
  checkText(where, object['text'], most, say);
};

/** Ids that must be different within one block. */
export const actionIdsOf = (block: Json): readonly unknown[] =>
  [...listOf(block['elements']), block['accessory'], block['element']].flatMap((element) =>
    isObject(element) && element['action_id'] !== undefined ? [element['action_id']] : [],
  );
