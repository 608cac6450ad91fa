// Light, dark, or as the system has it. The choice is all that stays in the
// browser when it is closed.

export const themes = ['system', 'light', 'dark'];


export function currentTheme() {
    return document.documentElement.dataset.theme ?? 'system';
}


export function setTheme(theme) {
    if (theme === 'system') {
        delete document.documentElement.dataset.theme;
    } else {
        document.documentElement.dataset.theme = theme;
    }
    try {
        if (theme === 'system') {
            localStorage.removeItem('theme');
        } else {
            localStorage.setItem('theme', theme);
        }
    } catch {
        // a browser that keeps nothing: until the page is closed, then
    }
}
