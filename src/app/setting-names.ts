/** What messages tell a person to change, e.g. `http.port in sentinel.yaml`. */
export interface SettingNames {
  readonly dataDirectory: string;
  readonly httpPort: string;
}

export const FILE_SETTING_NAMES: SettingNames = {
  dataDirectory: 'dataDirectory in sentinel.yaml',
  httpPort: 'http.port in sentinel.yaml',
};
